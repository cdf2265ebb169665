-- Question:   of which enterprises are the listed awards, and of which industry is each one's latest locked application?
--             (the list itself names no industry)
-- Grain:      one row per award; industry null where nothing of the enterprise's was ever locked
with

applied as (
    select distinct on (credit_code) credit_code, industry
    from release
    order by credit_code, year desc
)

select w.credit_code, a.industry
from awarded w
left join applied a on a.credit_code = w.credit_code
order by w.credit_code
