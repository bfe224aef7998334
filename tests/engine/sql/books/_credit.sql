-- Spreads what is somebody's over all scopes: each record once for every scope that has it on the day.
CREATE TABLE credit AS
SELECT what, key, day, 'org' AS scope, person FROM personal
UNION ALL
SELECT c.what, c.key, c.day, coalesce(p.scope, 'nobody'), c.person FROM personal c LEFT JOIN people p USING (person)
UNION ALL
SELECT c.what, c.key, c.day, coalesce(t.scope, 'unassigned'), c.person
FROM personal c
LEFT JOIN memberships m ON m.person = c.person AND m.since <= c.day AND c.day < m.until
LEFT JOIN teams n ON n.scope = 'team:' || c.bears
LEFT JOIN teams_above t ON t.team = coalesce(m.team, n.team);
CREATE INDEX by_scope ON credit (what, scope, day);
