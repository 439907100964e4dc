/** Zoho's SDK for Node has no types. Its classes are those of the SDK for TypeScript. */
declare module '@zohocrm/nodejs-sdk-8.0' {
  export * from '@zohocrm/typescript-sdk-8.0';
}
