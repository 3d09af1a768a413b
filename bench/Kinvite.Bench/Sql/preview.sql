\set n random(1, :links)
SELECT i.*, f.name, f.kind, m.name, EXISTS (SELECT 1 FROM key_epochs WHERE number = 1 AND (ends_at IS NULL OR ends_at > now()))
  FROM invitations i JOIN families f ON f.id = i.family_id LEFT JOIN members m ON m.family_id = i.family_id AND m.id = i.inviter_id
  WHERE i.id = bench_id('b02', :n);
SELECT name, count(*) OVER () FROM members WHERE family_id = bench_id('f02', (:n + 4) / 5) AND account_id IS NOT NULL ORDER BY id LIMIT 8;
