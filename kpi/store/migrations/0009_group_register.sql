-- A register of groups beside a panel: which group an enterprise belongs to, in the panel or not.

-- The register as it was sent, one of the store's originals; null where the panel alone says who belongs together.
alter table baseline add column groups_sha256 varchar;

-- told_group as the register says it (null: the enterprise stands alone), own_group the group that owns it.
create table group_register (
    baseline    varchar not null,
    credit_code varchar not null,
    told_group  varchar,
    own_group   varchar not null,
    primary key (baseline, credit_code)
);
