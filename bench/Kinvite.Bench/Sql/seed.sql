-- Families, accounts with a proven address, sessions and pending invitations, all of whose ids and secrets follow from their number.
-- {own} {accept} {list5} {list100} {mine} are replaced by the sizes. Groups: 1 = families that invite, 2 = families with 5 invitations to
-- accept, 3 = with 5 to list, 4 = with 100 to list, 5 = families of which each invites 3 of the persons of group 5. Invitations with
-- neighbouring numbers are of different families, as those that are accepted in the same moment mostly are.
CREATE FUNCTION bench_id(k text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT ('01900000-0000-7' || k || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
CREATE FUNCTION bench_secret(k text, n bigint) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$ SELECT sha256((k || '-' || n)::bytea) $$;

CREATE TEMP TABLE f AS
  SELECT '1' AS k, n, 0 AS invites FROM generate_series(1, {own}) AS n
  UNION ALL SELECT '2', n, 5 FROM generate_series(1, {accept} / 5) AS n
  UNION ALL SELECT '3', n, 5 FROM generate_series(1, {list5}) AS n
  UNION ALL SELECT '4', n, 100 FROM generate_series(1, {list100}) AS n
  UNION ALL SELECT '5', n, 3 FROM generate_series(1, {mine}) AS n;
CREATE TEMP TABLE v AS
  SELECT k, n, row_number() OVER (PARTITION BY k ORDER BY j, n) AS i,
    CASE k WHEN '5' THEN 'p5-' || 1 + (n + j - 2) % {mine} WHEN '2' THEN 'p2-' || (j - 1) * ({accept} / 5) + n ELSE 'n' || k || '-' || n || '-' || j END || '@load.test' AS email
  FROM f, generate_series(1, f.invites) AS j;
-- Owners (a01 to a05), and the persons invited who have accounts (a12, a15).
CREATE TEMP TABLE p AS
  SELECT 'a0' || k AS k, n, 'o' || k || '-' || n || '@load.test' AS email, 'Owner ' || n AS name, bench_id('f0' || k, n) AS home FROM f
  UNION ALL SELECT 'a12', n, 'p2-' || n || '@load.test', 'Person ' || n, NULL FROM generate_series(1, {accept}) AS n
  UNION ALL SELECT 'a15', n, 'p5-' || n || '@load.test', 'Person ' || n, NULL FROM generate_series(1, {mine}) AS n;

INSERT INTO families (id, name, kind, locale, time_zone, owner_id, created_at)
  SELECT bench_id('f0' || k, n), 'Family ' || n, 'home', 'en', 'Etc/UTC', bench_id('e0' || k, n), now() FROM f;
INSERT INTO accounts (id, display_name, locale, time_zone, default_family_id, is_guest, created_at, two_factor_enabled, lockout_enabled, access_failed_count)
  SELECT bench_id(k, n), name, 'en', 'Etc/UTC', home, false, now(), false, false, 0 FROM p;
INSERT INTO account_addresses (id, account_id, type, value, key, proven_at, "primary", created_at)
  SELECT bench_id('d' || right(k, 2), n), bench_id(k, n), 1, email, email, now(), true, now() FROM p;
INSERT INTO members (family_id, id, account_id, name, role, permission, whole_family, is_guest, points, joined_at)
  SELECT bench_id('f0' || k, n), bench_id('e0' || k, n), bench_id('a0' || k, n), 'Owner ' || n, 'co-parent', 4, true, false, 0, now() FROM f;
-- Seen tomorrow: so that no request of a long run is the first in an hour and writes that down.
INSERT INTO sessions (id, account_id, kind, secret_hash, secret_ends_at, created_at, last_seen_at, ends_at, authenticated_at)
  SELECT bench_id('c' || right(k, 2), n), bench_id(k, n), 2, sha256(bench_secret('c' || right(k, 2), n)), now() + interval '30 days', now(), now() + interval '1 day', now() + interval '30 days', now()
  FROM p WHERE k NOT IN ('a02', 'a05');
INSERT INTO invitations (id, family_id, status, channel, address, address_key, role, permission, whole_family, locale, binding, require_login, generation,
    created_at, expires_at, inviter_id, inviter_name)
  SELECT bench_id('b0' || k, i), bench_id('f0' || k, n), 1, 2, email, email, 'relative', 1, true, 'en', 2, true, 1,
    now(), now() + interval '7 days', bench_id('e0' || k, n), 'Owner ' || n FROM v;
DROP TABLE f, v, p;
