-- Fills `credit` and `open_deals` once the facts are in.

CREATE TEMP VIEW personal AS
SELECT e.deal_id, e.event, e.day, o.person, o.share FROM events e JOIN owners o USING (deal_id, seen)
WHERE e.day <= (SELECT newest FROM data);  -- what is dated after the data counts from its day on

INSERT INTO credit
SELECT deal_id, event, day, 'org', sum(share) FROM personal GROUP BY deal_id, event, day
UNION ALL
SELECT c.deal_id, c.event, c.day, coalesce(p.scope, 'nobody'), sum(c.share)
FROM personal c LEFT JOIN people p USING (person) GROUP BY c.deal_id, c.event, c.day, 4
UNION ALL
SELECT c.deal_id, c.event, c.day, coalesce(t.scope, 'unassigned'), sum(c.share)
FROM personal c
LEFT JOIN memberships m ON m.person = c.person AND m.since <= c.day AND c.day < m.until
LEFT JOIN teams_above t USING (team) GROUP BY c.deal_id, c.event, c.day, 4;

CREATE TEMP VIEW standing AS
SELECT days.day, v.*, o.person, o.share
FROM (SELECT before AS day FROM asked UNION SELECT at_end FROM asked) days
JOIN deals d ON d.exists_from <= days.day AND (d.missing_from IS NULL OR days.day < d.missing_from)
JOIN versions v ON v.deal_id = d.deal_id AND v.valid_from <= days.day AND days.day < v.valid_to
JOIN owners o ON o.deal_id = v.deal_id AND o.seen = v.seen
WHERE d.outcome = 'open'
   OR days.day < coalesce(d.closed_on,  -- closed on an unknown day: by the first file that says so
        (SELECT min(f.valid_from) FROM versions f WHERE f.deal_id = d.deal_id AND f.outcome = d.outcome));

INSERT INTO open_deals
SELECT day, 'org', deal_id, sum(share), seen, amount, close_date, stage, stage_entered_at, next_activity_at,
       probability, forecast_category FROM standing GROUP BY day, deal_id
UNION ALL
SELECT day, coalesce(p.scope, 'nobody'), deal_id, sum(share), seen, amount, close_date, stage, stage_entered_at,
       next_activity_at, probability, forecast_category
FROM standing LEFT JOIN people p USING (person) GROUP BY day, deal_id, 2
UNION ALL
SELECT day, coalesce(t.scope, 'unassigned'), deal_id, sum(share), seen, amount, close_date, stage, stage_entered_at,
       next_activity_at, probability, forecast_category
FROM standing s
LEFT JOIN memberships m ON m.person = s.person AND m.since <= s.day AND s.day < m.until
LEFT JOIN teams_above t USING (team) GROUP BY day, deal_id, 2;
