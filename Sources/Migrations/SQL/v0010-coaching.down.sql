CREATE INDEX answers_question ON answers (question_id);
DROP INDEX answers_question_latest;
DROP TABLE coach_neighbours;
DROP TABLE question_steps;
DROP TABLE question_reactions;
DROP TABLE coach_people;
DROP TABLE recommendation_feedback;
DROP TABLE recommendation_items;
DROP TABLE recommendations;
