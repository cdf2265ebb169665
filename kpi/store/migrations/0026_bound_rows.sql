-- Which rows were written since the act before, each by table, key and keyed hash of what it then held, as JSON
-- (kpi/services/row_binding.py). Null: none, or an act from before rows were bound; the upgrade binds what stands.
alter table audit add column bound varchar;
