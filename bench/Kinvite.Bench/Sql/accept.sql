WITH x AS MATERIALIZED (SELECT nextval('bench_accept') AS n)
SELECT x.n, encode(s.secret_hash, 'hex') AS hash, a.id AS account, a.display_name AS name
  FROM x JOIN sessions s ON s.id = bench_id('c12', x.n) JOIN accounts a ON a.id = s.account_id WHERE s.ended_at IS NULL AND a.deleted_at IS NULL \gset
\startpipeline
BEGIN;
WITH account AS MATERIALIZED (SELECT id FROM accounts WHERE id = :account AND deleted_at IS NULL FOR NO KEY UPDATE)
  SELECT * FROM families WHERE EXISTS (SELECT 1 FROM account) AND id = (SELECT family_id FROM invitations WHERE id = bench_id('b02', :n)) FOR NO KEY UPDATE OF families;
\endpipeline
SELECT i.*, f.name, f.kind, m.permission, m.role, m.account_id, me.id,
    EXISTS (SELECT 1 FROM key_epochs WHERE number = 1 AND (ends_at IS NULL OR ends_at > now())),
    EXISTS (SELECT 1 FROM account_addresses d WHERE d.account_id = :account AND d.key = i.address_key AND d.proven_at IS NOT NULL),
    (SELECT count(*) FROM access_requests r WHERE r.family_id = i.family_id AND r.invitation_id = i.id AND r.status = 1)
  FROM invitations i JOIN families f ON f.id = i.family_id LEFT JOIN members m ON m.family_id = i.family_id AND m.id = i.inviter_id
  LEFT JOIN members me ON me.family_id = i.family_id AND me.account_id = :account
  WHERE i.id = bench_id('b02', :n);
UPDATE invitations SET status = 2, ended_at = now(), accepted_by = bench_id('e12', :n), accepted_account_id = :account
  WHERE id = bench_id('b02', :n) AND status IN (1, 6) AND generation = 1 AND expires_at > now();
\startpipeline
INSERT INTO members (family_id, id, account_id, name, role, permission, whole_family, is_guest, points, joined_at, invited_by)
  VALUES (bench_id('f02', 1 + (:n - 1) % :families), bench_id('e12', :n), :account, :name, 'relative', 1, true, false, 0, now(), bench_id('e02', 1 + (:n - 1) % :families));
UPDATE accounts SET default_family_id = bench_id('f02', 1 + (:n - 1) % :families) WHERE id = :account;
INSERT INTO activity (id, family_id, at, type, actor_id, actor_name, subject_id, subject_name, child_ids)
  VALUES (gen_random_uuid(), bench_id('f02', 1 + (:n - 1) % :families), now(), 'member.joined', bench_id('e12', :n), :name, bench_id('e12', :n), :name, '{}'),
    (gen_random_uuid(), bench_id('f02', 1 + (:n - 1) % :families), now(), 'invite.accepted', bench_id('e12', :n), :name, bench_id('b02', :n), :name, '{}');
INSERT INTO outbox (id, type, subject_id, generation, recipient_id, priority, created_at, due_at, state, attempts)
  VALUES (gen_random_uuid(), 'joined', bench_id('e12', :n), 0, bench_id('a02', 1 + (:n - 1) % :families), 1, now(), now(), 1, 0);
\endpipeline
COMMIT;
