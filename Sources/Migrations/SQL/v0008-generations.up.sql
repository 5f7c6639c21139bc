-- Several models for a collection: one is served, and others may be maintained beside it.

-- The models whose vectors every write keeps up. Whoever changes these rows holds the collection's models exclusively;
-- whoever writes items holds them shared (advisory locks).
CREATE TABLE collection_models (
    collection text NOT NULL REFERENCES collections (name),
    model_id integer NOT NULL REFERENCES embedding_models (id),
    added_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (collection, model_id)
);
INSERT INTO collection_models (collection, model_id) SELECT name, model_id FROM collections WHERE model_id IS NOT NULL;

-- What is served is maintained.
ALTER TABLE collections ADD CONSTRAINT collections_serve_a_maintained_model
    FOREIGN KEY (name, model_id) REFERENCES collection_models (collection, model_id);

-- A text waits in each model by itself. A collection that serves none has nothing that could wait.
ALTER TABLE pending_embeddings ADD COLUMN model_id integer REFERENCES embedding_models (id);
UPDATE pending_embeddings SET model_id = c.model_id FROM collections c WHERE c.name = collection;
DELETE FROM pending_embeddings WHERE model_id IS NULL;
ALTER TABLE pending_embeddings ALTER COLUMN model_id SET NOT NULL,
    DROP CONSTRAINT pending_embeddings_pkey, ADD PRIMARY KEY (collection, model_id, item_id);
DROP INDEX pending_embeddings_due;
CREATE INDEX pending_embeddings_due ON pending_embeddings (collection, model_id, due_at) WHERE parked_at IS NULL;

-- A change that concerns the vectors of one model alone names it; whoever follows another one passes over it.
ALTER TABLE changes ADD COLUMN model_id integer REFERENCES embedding_models (id);

-- How far each instance is with every model.
CREATE TABLE instance_generations (
    instance_id uuid NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    collection text NOT NULL REFERENCES collections (name),
    model_id integer NOT NULL REFERENCES embedding_models (id),
    state text NOT NULL CHECK (state IN ('no_embedder', 'failed', 'loading', 'ready')),
    is_served boolean NOT NULL,
    applied_position bigint NOT NULL CHECK (applied_position >= 0),
    detail text CHECK (char_length(detail) <= 1000),
    PRIMARY KEY (instance_id, collection, model_id)
);

-- An item's vectors in all models: the primary key has the model before the item.
CREATE INDEX vectors_item ON vectors (collection, item_id);
