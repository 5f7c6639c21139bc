DROP TABLE changes;
DROP TABLE vectors;
DROP TABLE collections;
DROP TABLE embedding_models;
DROP TABLE database_identity;
