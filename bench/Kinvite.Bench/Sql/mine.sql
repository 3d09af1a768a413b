\set n random(1, :persons)
SELECT s.secret_hash, s.ends_at, a.* FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.id = bench_id('c15', :n) AND s.ended_at IS NULL AND a.deleted_at IS NULL;
SELECT i.*, f.name, f.kind, m.name
  FROM account_addresses d JOIN invitations i ON i.address_key = d.key JOIN families f ON f.id = i.family_id
  LEFT JOIN members m ON m.family_id = i.family_id AND m.id = i.inviter_id
  WHERE d.account_id = bench_id('a15', :n) AND d.proven_at IS NOT NULL AND i.status IN (1, 6) AND i.expires_at > now() ORDER BY i.id DESC LIMIT 51;
