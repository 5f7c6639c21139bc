ALTER TABLE questions DROP COLUMN figures_pending;
