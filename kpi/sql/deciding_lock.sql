-- Question:   which lock has decided about a factory already, among the peers that an application would be held against?
-- Grain:      one row: the first lock against the baselines of that year, with the latest record beside it; else none
-- Parameters: $own (credit codes of the asker's own factories), $credit_code, $year (of the application),
--             $baseline (in force for that year)
with

locked as (
    select year, locked_at, reopened_at, baseline, record, sha256 from withdrawn
    where list_contains($own, credit_code) and credit_code = $credit_code
    union all
    select year, locked_at, null, baseline, record, sha256 from release
    where list_contains($own, credit_code) and credit_code = $credit_code
),

-- A year that was locked once keeps the baseline of its first lock for its words, whichever is in force now.
held_against as (
    select b.region, b.year, b.shipped
    from baseline b
    where b.name = coalesce((select baseline from locked where year = $year
                             order by locked_at, reopened_at nulls last, sha256 limit 1), $baseline)
),

later as (
    select distinct on (lock_sha256) lock_sha256, record
    from later_record
    order by lock_sha256, sealed_at desc, number desc
)

select l.year, l.baseline, coalesce(later.record, l.record) as record
from locked l
join baseline b on b.name = l.baseline
join held_against h on h.region = b.region and h.year = b.year and h.shipped = b.shipped
left join later on later.lock_sha256 = l.sha256
order by l.locked_at, l.reopened_at nulls last, l.sha256
limit 1
