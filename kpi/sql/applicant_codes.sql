-- Question:   which enterprises have ever locked an application, or are on the list of awards?
-- Grain:      one row per enterprise and kind
select 'applied' as kind, credit_code from release
union
select 'applied', credit_code from withdrawn
union
select 'awarded', credit_code from awarded where credit_code <> ''
order by 1, 2
