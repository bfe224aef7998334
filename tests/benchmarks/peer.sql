-- What the scorecard shows, by hand: five quarters, for the org, for teams as people were in them on the day, for reps.
WITH quarter(number, first, after) AS (
  VALUES (1, '2024-10-01', '2025-01-01'), (2, '2025-01-01', '2025-04-01'), (3, '2025-04-01', '2025-07-01'),
         (4, '2025-07-01', '2025-10-01'), (5, '2025-10-01', '2026-01-01')),
deal AS (
  SELECT v.*, a.person_id AS person, coalesce(o.outcome, 'open') AS outcome, t.value AS kind,
         julianday(v.closed_at) - julianday(v.created_at) AS length
  FROM deal_versions AS n JOIN deal_values AS v ON v.id = n.value_id
  JOIN terms AS s ON s.id = v.stage LEFT JOIN outcomes AS o ON o.field = 'stage' AND o.value = s.value
  LEFT JOIN person_aliases AS a ON a.id = v.owner LEFT JOIN terms AS t ON t.id = v.type
  WHERE n.valid_to = '9999-12-31')
SELECT number, member.kind, member.id, count(*) FILTER (WHERE outcome = 'won'), count(*),
       sum(amount) FILTER (WHERE outcome = 'won'), sum(amount), avg(length) FILTER (WHERE outcome = 'won'),
       count(*) FILTER (WHERE outcome = 'won' AND deal.kind = 'New'), count(*) FILTER (WHERE deal.kind = 'New')
FROM quarter JOIN deal ON closed_at >= first AND closed_at < after AND outcome IN ('won', 'lost')
JOIN (SELECT 'org' AS kind, 0 AS id, id AS person, '' AS since, '9999-12-31' AS until FROM people
      UNION ALL SELECT 'rep', id, id, '', '9999-12-31' FROM people
      UNION ALL SELECT 'team', team_id, person_id, valid_from, valid_to FROM memberships
      UNION ALL SELECT 'team', t.parent_id, m.person_id, m.valid_from, m.valid_to
                FROM memberships AS m JOIN teams AS t ON t.id = m.team_id) AS member
  ON member.person = deal.person AND closed_at >= since AND closed_at < until
GROUP BY 1, 2, 3;

WITH quarter(number, first, after) AS (
  VALUES (1, '2024-10-01', '2025-01-01'), (2, '2025-01-01', '2025-04-01'), (3, '2025-04-01', '2025-07-01'),
         (4, '2025-07-01', '2025-10-01'), (5, '2025-10-01', '2026-01-01')),
deal AS (
  SELECT v.*, a.person_id AS person FROM deal_versions AS n JOIN deal_values AS v ON v.id = n.value_id
  LEFT JOIN person_aliases AS a ON a.id = v.owner WHERE n.valid_to = '9999-12-31')
SELECT number, member.kind, member.id, count(*), sum(amount)
FROM quarter JOIN deal ON created_at >= first AND created_at < after
JOIN (SELECT 'org' AS kind, 0 AS id, id AS person, '' AS since, '9999-12-31' AS until FROM people
      UNION ALL SELECT 'rep', id, id, '', '9999-12-31' FROM people
      UNION ALL SELECT 'team', team_id, person_id, valid_from, valid_to FROM memberships
      UNION ALL SELECT 'team', t.parent_id, m.person_id, m.valid_from, m.valid_to
                FROM memberships AS m JOIN teams AS t ON t.id = m.team_id) AS member
  ON member.person = deal.person AND created_at >= since AND created_at < until
GROUP BY 1, 2, 3;

WITH quarter(number, last) AS (
  VALUES (1, '2024-12-31'), (2, '2025-03-31'), (3, '2025-06-30'), (4, '2025-09-30'), (5, '2025-12-31')),
deal AS (
  SELECT v.*, a.person_id AS person FROM deal_versions AS n JOIN deal_values AS v ON v.id = n.value_id
  LEFT JOIN person_aliases AS a ON a.id = v.owner WHERE n.valid_to = '9999-12-31')
SELECT number, member.kind, member.id, count(*), sum(amount)
FROM quarter JOIN deal ON created_at <= last AND (closed_at IS NULL OR closed_at > last)
JOIN (SELECT 'org' AS kind, 0 AS id, id AS person, '' AS since, '9999-12-31' AS until FROM people
      UNION ALL SELECT 'rep', id, id, '', '9999-12-31' FROM people
      UNION ALL SELECT 'team', team_id, person_id, valid_from, valid_to FROM memberships
      UNION ALL SELECT 'team', t.parent_id, m.person_id, m.valid_from, m.valid_to
                FROM memberships AS m JOIN teams AS t ON t.id = m.team_id) AS member
  ON member.person = deal.person AND last >= since AND last < until
GROUP BY 1, 2, 3;

WITH quarter(number, first, after) AS (
  VALUES (1, '2024-10-01', '2025-01-01'), (2, '2025-01-01', '2025-04-01'), (3, '2025-04-01', '2025-07-01'),
         (4, '2025-07-01', '2025-10-01'), (5, '2025-10-01', '2026-01-01')),
won AS (
  SELECT v.*, a.person_id AS person, julianday(v.closed_at) - julianday(v.created_at) AS length
  FROM deal_versions AS n JOIN deal_values AS v ON v.id = n.value_id
  JOIN terms AS s ON s.id = v.stage JOIN outcomes AS o ON o.field = 'stage' AND o.value = s.value AND o.outcome = 'won'
  LEFT JOIN person_aliases AS a ON a.id = v.owner WHERE n.valid_to = '9999-12-31'),
ranked AS (
  SELECT number, member.kind, member.id, length, amount,
         row_number() OVER (PARTITION BY number, member.kind, member.id ORDER BY length) AS place,
         row_number() OVER (PARTITION BY number, member.kind, member.id ORDER BY amount) AS size,
         count(*) OVER (PARTITION BY number, member.kind, member.id) AS n
  FROM quarter JOIN won ON closed_at >= first AND closed_at < after
  JOIN (SELECT 'org' AS kind, 0 AS id, id AS person, '' AS since, '9999-12-31' AS until FROM people
        UNION ALL SELECT 'rep', id, id, '', '9999-12-31' FROM people
        UNION ALL SELECT 'team', team_id, person_id, valid_from, valid_to FROM memberships
        UNION ALL SELECT 'team', t.parent_id, m.person_id, m.valid_from, m.valid_to
                  FROM memberships AS m JOIN teams AS t ON t.id = m.team_id) AS member
    ON member.person = won.person AND closed_at >= since AND closed_at < until)
SELECT number, kind, id, avg(length) FILTER (WHERE place IN ((n + 1) / 2, (n + 2) / 2)),
       avg(amount) FILTER (WHERE size IN ((n + 1) / 2, (n + 2) / 2))
FROM ranked GROUP BY 1, 2, 3
