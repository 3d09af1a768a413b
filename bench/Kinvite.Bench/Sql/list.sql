\set n random(1, :families)
SELECT s.secret_hash, s.ends_at, a.* FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.id = bench_id('c0' || :k, :n) AND s.ended_at IS NULL AND a.deleted_at IS NULL;
SELECT m.*, f.* FROM members m JOIN families f ON f.id = m.family_id WHERE m.family_id = bench_id('f0' || :k, :n) AND m.account_id = bench_id('a0' || :k, :n);
SELECT i.*, m.name, o.state, o.state_at, o.attempts, o.detail
  FROM invitations i LEFT JOIN members m ON m.family_id = i.family_id AND m.id = i.inviter_id
  LEFT JOIN LATERAL (SELECT * FROM outbox WHERE subject_id = i.id AND type = 'invitation' AND generation = i.generation ORDER BY id DESC LIMIT 1) o ON true
  WHERE i.family_id = bench_id('f0' || :k, :n) AND i.status IN (1, 6) AND i.expires_at > now() ORDER BY i.id DESC LIMIT 101;
