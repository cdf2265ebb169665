-- scoring_rounds
-- Question:   which rounds of scoring are there, and which are started and released?
-- Grain:      one row a round, the latest year first
select r.id, r.year, r.industry, r.occasion, r.number, r.opened_by, r.opened_at, s.started_at, l.released_at
from scoring_round r
left join round_start s on s.round = r.id
left join score_release l on l.round = r.id
order by r.year desc, r.industry, r.occasion, r.number desc
