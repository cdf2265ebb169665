-- kept_scores
-- Question:   which scores are kept, with the hash each was kept under? For verifying alone: nobody reads scores by it
-- Grain:      one row a version
select round, credit_code, reviewer, version, content, sha256
from score_version
order by round, credit_code, reviewer, version
