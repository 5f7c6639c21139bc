DELETE FROM changes WHERE collection IN ('job_descriptions', 'user_patterns');
DELETE FROM vectors WHERE collection IN ('job_descriptions', 'user_patterns');
DROP TABLE pending_embeddings;
DROP TABLE user_patterns;
DROP TABLE job_descriptions;
