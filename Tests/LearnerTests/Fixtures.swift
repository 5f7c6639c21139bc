import Learner

/// What the tests share.
enum Fixtures {
    static func coefficients() throws -> LearnerCoefficients { try LearnerCoefficients.shipped() }

    static func population(seed: UInt64, people: Int = 300) -> SimulatedPopulation {
        var population = SimulatedPopulation(
            name: "test", people: people, questions: 200, skills: 20, answersMean: 60, seed: seed)
        population.furtherSkills = 0.4
        population.againShare = 0.2
        population.daysBetween = 3
        return population
    }

    static func replay(
        _ log: AnswerLog, _ coefficients: LearnerCoefficients
    ) throws -> (model: LearnerModel, people: [PersonState], predictions: [Prediction]) {
        var model = try LearnerModel(
            coefficients: coefficients, questionCount: log.questionCount, skillCount: log.skillCount)
        var people = (0..<log.personCount).map { _ in PersonState(coefficients: coefficients) }
        var predictions: [Prediction] = []
        for row in log.rows {
            predictions.append(
                try model.answer(
                    &people[Int(row.person)], question: row.question, skills: row.skills, score: row.score,
                    seconds: row.seconds.isNaN ? nil : row.seconds))
        }
        return (model, people, predictions)
    }
}
