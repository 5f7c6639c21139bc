-- Whether the search index has yet to hear of a question's figures, which answers change far more often than anybody looks
-- for questions by them.
ALTER TABLE questions ADD COLUMN figures_pending boolean NOT NULL DEFAULT false;
CREATE INDEX questions_figures_pending ON questions (id) WHERE figures_pending;
