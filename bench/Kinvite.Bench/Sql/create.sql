\set n random(1, :own)
\set x random(1, 1000000000000)
SELECT s.secret_hash, s.ends_at, a.* FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.id = bench_id('c01', :n) AND s.ended_at IS NULL AND a.deleted_at IS NULL;
SELECT m.*, f.* FROM members m JOIN families f ON f.id = m.family_id WHERE m.family_id = bench_id('f01', :n) AND m.account_id = bench_id('a01', :n);
INSERT INTO rate_counters AS c (key, arrival_at, granted) VALUES ('bench-person:' || :n, now() + interval '1 ms', 1), ('bench-family:' || :n, now() + interval '1 ms', 1)
  ON CONFLICT (key) DO UPDATE SET arrival_at = greatest(c.arrival_at, now()) + interval '1 ms', granted = 1 RETURNING key, granted;
\startpipeline
BEGIN;
SELECT * FROM families WHERE id = bench_id('f01', :n) FOR NO KEY UPDATE;
\endpipeline
SELECT m.* FROM members m WHERE m.family_id = bench_id('f01', :n) AND m.account_id = bench_id('a01', :n);
SELECT (SELECT count(*) FROM invitations WHERE family_id = bench_id('f01', :n) AND status IN (1, 6) AND expires_at > now()),
    EXISTS (SELECT 1 FROM invitations WHERE family_id = bench_id('f01', :n) AND address_key = 's' || :x || '@load.test' AND status IN (1, 6)),
    EXISTS (SELECT 1 FROM account_addresses d JOIN members m ON m.account_id = d.account_id
      WHERE d.key = 's' || :x || '@load.test' AND d.proven_at IS NOT NULL AND m.family_id = bench_id('f01', :n)),
    EXISTS (SELECT 1 FROM invitation_blocks WHERE address_key = 's' || :x || '@load.test' AND (family_id = bench_id('f01', :n) OR family_id IS NULL)),
    EXISTS (SELECT 1 FROM invitations WHERE family_id = bench_id('f01', :n) AND address_key = 's' || :x || '@load.test' AND status = 3 AND ended_at > now() - interval '7 days');
\startpipeline
INSERT INTO invitations (id, family_id, status, channel, address, address_key, role, permission, whole_family, locale, binding, require_login, generation,
    created_at, expires_at, inviter_id, inviter_name)
  VALUES (bench_id('b01', :x), bench_id('f01', :n), 1, 2, 's' || :x || '@load.test', 's' || :x || '@load.test', 'relative', 1, true, 'en', 2, true, 1,
    now(), now() + interval '7 days', bench_id('e01', :n), 'Owner ' || :n);
INSERT INTO activity (id, family_id, at, type, actor_id, actor_name, subject_id, child_ids, data)
  VALUES (gen_random_uuid(), bench_id('f01', :n), now(), 'invite.created', bench_id('e01', :n), 'Owner ' || :n, bench_id('b01', :x), '{}', '{"role":"relative"}');
\endpipeline
COMMIT;
