-- handed_in_by
-- Question:   who has handed in or abstained, and for which candidates?
-- Grain:      one row a reviewer and candidate
-- Parameters: $round
select distinct reviewer, credit_code
from score_version
where round = $round and state in ('handed_in', 'abstained')
order by reviewer, credit_code
