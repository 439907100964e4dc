# docker build -t ory-zoho .
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No install scripts: the image has its own Node, so the one from the packages is not fetched.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.ts scripts/
COPY src src
RUN node scripts/build.ts --clean && npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-slim
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY bin bin
COPY jsonnet jsonnet
COPY schema schema
COPY LICENSE ory-actions.yaml ./
RUN mkdir /data && chown node:node /data

# The only folder that must be writable: store, profile, .env and mapping. The rest may be read-only.
VOLUME /data
WORKDIR /data
ENV NODE_ENV=production \
    HOME=/data \
    DATABASE_URL=sqlite:/data/store.db
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/bin/ory-zoho.js"]
CMD ["serve"]
