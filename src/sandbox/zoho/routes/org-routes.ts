import { USER } from '../records/record-values.ts';
import type { Reply } from '../../call/http.ts';
import type { ZohoSettings } from '../zoho-settings.ts';

/** Keys of an org that the sandbox has no use for. */
const WITHOUT_USE = {
  alias: null,
  photo_id: null,
  street: null,
  city: null,
  state: null,
  zip: null,
  phone: null,
  mobile: null,
  fax: null,
  website: null,
  description: null,
  employee_count: '1',
  currency_symbol: 'SR',
  currency_locale: 'SAR',
  max_per_page: 2_000,
  mc_status: false,
  gapps_enabled: false,
  translation_enabled: false,
  lite_users_enabled: false,
  oauth_presence: true,
  deletable_org_account: false,
  call_icon: 'desktop',
  ezgid: '0a1b2c3d4e5f',
  zia_portal_id: null,
  zia_zgid: null,
  hierarchy_preferences: { type: 'Role_Hierarchy', strictly_reporting: false },
  checkin_preferences: { restricted_event_types: [] },
} as const;

const ORG = { id: '7328395000000020005', zgid: '732839500' } as const;

/** `GET org` with the keys that Zoho's samples and its specification have (Zoho CRM API, "Organization"). */
export function getOrg({ edition, restrictedFields }: ZohoSettings): Reply {
  return {
    status: 200,
    json: {
      org: [
        {
          ...ORG,
          ...WITHOUT_USE,
          company_name: 'Sandbox Ltd',
          domain_name: `org${ORG.zgid}`,
          primary_email: USER.email,
          primary_zuid: USER.zuid,
          type: 'production',
          time_zone: 'Asia/Riyadh',
          country: 'Saudi Arabia',
          country_code: 'SA',
          currency: 'Saudi Riyal - SAR',
          iso_code: 'SAR',
          privacy_settings: restrictedFields.length > 0,
          hipaa_compliance_enabled: false,
          license_details: {
            paid: edition !== 'free',
            paid_type: edition,
            users_license_purchased: 1,
            paid_expiry: edition === 'free' ? null : '2030-01-01T00:00:00+03:00',
            trial_type: null,
            trial_expiry: null,
            trial_action: null,
            portal_users_license_purchased: 0,
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
