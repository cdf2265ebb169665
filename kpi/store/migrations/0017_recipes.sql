-- The recipe by which a panel's file was read, as JSON: the original and its recipe give the baseline's hash again.
create table baseline_recipe (
    baseline varchar primary key,
    name     varchar not null,
    recipe   varchar not null
);

-- The sub-industry of GB/T 4754 that a panel states of an enterprise.
create table sub_industry (
    baseline    varchar not null,
    credit_code varchar not null,
    code        varchar not null,
    primary key (baseline, credit_code)
);
