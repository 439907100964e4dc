import { USER } from '../records/record-values.ts';
import type { Reply } from '../../call/http.ts';
import type { ZohoSettings } from '../zoho-settings.ts';

const ORG = { id: '7328395000000020005', zgid: '732839500' } as const;

/** `GET org` with the keys that a client can use. Zoho has many more. */
export function getOrg({ edition }: ZohoSettings): Reply {
  return {
    status: 200,
    json: {
      org: [
        {
          ...ORG,
          company_name: 'Sandbox Ltd',
          alias: null,
          domain_name: `org${ORG.zgid}`,
          primary_email: USER.email,
          primary_zuid: USER.zuid,
          type: 'production',
          time_zone: 'Asia/Riyadh',
          country: 'Saudi Arabia',
          country_code: 'SA',
          currency: 'Saudi Riyal - SAR',
          iso_code: 'SAR',
          privacy_settings: false,
          hipaa_compliance_enabled: false,
          license_details: {
            paid: edition !== 'free',
            paid_type: edition,
            users_license_purchased: 1,
            paid_expiry: edition === 'free' ? null : '2030-01-01T00:00:00+03:00',
            trial_type: null,
            trial_expiry: null,
            trial_action: null,
          },
        },
      ],
    },
  };
}

/** `GET users`: the org has one user, who is active and is the current user. */
export function getUsers(): Reply {
  const [first_name, last_name] = USER.name.split(' ');
  return {
    status: 200,
    json: {
      users: [
        {
          id: USER.id,
          zuid: USER.zuid,
          email: USER.email,
          first_name,
          last_name,
          full_name: USER.name,
          status: 'active',
          confirm: true,
          role: { name: 'CEO', id: '7328395000000026005' },
          profile: { name: 'Administrator', id: '7328395000000026011' },
          time_zone: 'Asia/Riyadh',
          locale: 'en_US',
        },
      ],
      info: { per_page: 200, count: 1, page: 1, more_records: false },
    },
  };
}
