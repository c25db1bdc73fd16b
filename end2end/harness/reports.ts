// Report files as senders make them (RFC 8460 §4.4), for any day.

import { gzipSync } from 'node:zlib';

export interface Failure {
  'result-type': string;
  'failed-session-count': number;
  'sending-mta-ip'?: string;
  'receiving-mx-hostname'?: string;
  'receiving-ip'?: string;
  'failure-reason-code'?: string;
  'additional-information'?: string;
}

export interface Content {
  domain: string;
  organization?: string;
  contact?: string;
  id?: string;
  /** Days before today; yesterday is 1. */
  ago?: number;
  mode?: 'enforce' | 'testing' | 'none';
  successful?: number;
  failures?: Failure[];
}

/** The UTC date that many days ago, as `2026-11-21`. */
export function day(ago: number): string {
  return new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
}

export function report(content: Content): object {
  const { domain, organization = 'Example Sender', ago = 1, mode = 'enforce', successful = 100, failures = [] } = content;
  const date = day(ago);
  return {
    'organization-name': organization,
    'date-range': { 'start-datetime': `${date}T00:00:00Z`, 'end-datetime': `${date}T23:59:59Z` },
    'contact-info': content.contact ?? 'smtp-tls-reporting@sender.example',
    'report-id': content.id ?? `${date}T00:00:00Z_${domain}`,
    policies: [
      {
        policy: {
          'policy-type': 'sts',
          'policy-string': ['version: STSv1', `mode: ${mode}`, `mx: mx1.${domain}`, `mx: mx2.${domain}`, 'max_age: 604800'],
          'policy-domain': domain,
          'mx-host': [`mx1.${domain}`, `mx2.${domain}`],
        },
        summary: {
          'total-successful-session-count': successful,
          'total-failure-session-count': failures.reduce((sum, failure) => sum + failure['failed-session-count'], 0),
        },
        ...(failures.length > 0 && { 'failure-details': failures }),
      },
    ],
  };
}

export function gzipped(content: Content): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(JSON.stringify(report(content))));
}

export function certificateExpired(domain: string, sessions: number): Failure {
  return {
    'result-type': 'certificate-expired',
    'failed-session-count': sessions,
    'sending-mta-ip': '192.0.2.10',
    'receiving-mx-hostname': `mx2.${domain}`,
    'receiving-ip': '198.51.100.2',
  };
}
