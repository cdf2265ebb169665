-- Question:   which recommending bodies have sent their list of a year, and when?
-- Grain:      one row per body
-- Parameters: $year
select body, max(saved_at) as sent_at
from nomination_list
where year = $year and state = 'sent'
group by body
order by body
