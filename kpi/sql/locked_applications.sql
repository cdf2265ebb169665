-- Question:   which locked applications may the caller reach, and from which lock do their verdicts come?
-- Grain:      one row per factory and year; which of two locks of one moment was first is as in deciding_lock
-- Parameters: $everything, $credit_codes, $industries, $bodies, $barred (the caller's scope); $asked (credit codes, or null for all),
--             $year (null for every year)
with

locked as (
    select credit_code, year, locked_at, reopened_at, application, baseline, record, sha256 from withdrawn
    union all
    select credit_code, year, locked_at, null, application, baseline, record, sha256 from release
),

asked as (
    select * from locked
    where cast($asked as text[]) is null or list_contains($asked, credit_code)
),

-- A reviewer's ruling decides a lock again: its words are those of the latest record beside it.
later as (
    select distinct on (lock_sha256) lock_sha256, record
    from later_record
    order by lock_sha256, sealed_at desc, number desc
),

-- Baselines of one year correct one another and have nearly the same peers: one for verdicts. The shipped one is apart.
measured as (
    select l.credit_code, l.locked_at, l.reopened_at, l.sha256, l.application, l.baseline, coalesce(later.record, l.record) as record,
           b.region, b.year as baseline_year, b.shipped
    from asked l
    left join later on later.lock_sha256 = l.sha256
    left join baseline b on b.name = l.baseline
),

first_of_year as (
    select distinct on (credit_code, year) credit_code, year, application, baseline
    from asked
    order by credit_code, year, locked_at, reopened_at nulls last, sha256
),

-- Otherwise an application of next year against this year's baseline would be a second question to the same peers.
first_of_measure as (
    select distinct on (credit_code, region, baseline_year, shipped)
           credit_code, region, baseline_year, shipped, application, record, baseline
    from measured
    order by credit_code, region, baseline_year, shipped, locked_at, reopened_at nulls last, sha256
)

select r.credit_code, r.year, r.industry, r.body, r.upload, r.application, r.locked_by, r.locked_at, r.baseline, r.record, r.sha256,
       y.application as first_of_year, m.application as first_application, m.record as first_record, m.baseline as first_baseline
from release r
join first_of_year y on y.credit_code = r.credit_code and y.year = r.year
left join baseline b on b.name = y.baseline
join first_of_measure m
    on m.credit_code = r.credit_code
   and m.region is not distinct from b.region
   and m.baseline_year is not distinct from b.year
   and m.shipped is not distinct from b.shipped
where (($everything and r.industry is not null)
       or list_contains($credit_codes, r.credit_code)
       or list_contains($industries, r.industry)
       or list_contains($bodies, r.body))
  and not list_contains($barred, r.credit_code)
  and (cast($asked as text[]) is null or list_contains($asked, r.credit_code))
  and (cast($year as bigint) is null or r.year = $year)
order by r.year desc, r.credit_code
