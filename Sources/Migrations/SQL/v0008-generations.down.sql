DROP TABLE instance_generations;
DROP INDEX vectors_item;
ALTER TABLE changes DROP COLUMN model_id;
-- Only the served models stay.
DELETE FROM pending_embeddings p USING collections c WHERE c.name = p.collection AND c.model_id IS DISTINCT FROM p.model_id;
DELETE FROM vectors v USING collections c WHERE c.name = v.collection AND c.model_id IS DISTINCT FROM v.model_id;
DROP INDEX pending_embeddings_due;
ALTER TABLE pending_embeddings DROP CONSTRAINT pending_embeddings_pkey, DROP COLUMN model_id,
    ADD PRIMARY KEY (collection, item_id);
CREATE INDEX pending_embeddings_due ON pending_embeddings (collection, due_at) WHERE parked_at IS NULL;
ALTER TABLE collections DROP CONSTRAINT collections_serve_a_maintained_model;
DROP TABLE collection_models;
