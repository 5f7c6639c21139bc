import Catalog
import Foundation
import Recommend
import Storage

/// What sessions and answers need, put together.
struct SessionServices {
    let sessions: SessionStore
    let answers: AnswerStore
    let controller: SessionController
    let answerController: AnswerController

    /// - Parameter folder: holds `scenarios.jsonl`, which the table of scenarios is made like.
    init(
        database: Database, folder: URL, learner: LearnerService, roles: RolesCatalog,
        suggestions: PerGeneration<QuestionSuggestions>, search: PerGeneration<QuestionSearch>, intake: ItemIntake,
        bodyBytesMax: Int
    ) async throws {
        let scenarios = ScenarioStore(database: database)
        try await scenarios.put(try ScenarioFile(contentsOf: folder.appending(path: "scenarios.jsonl")).scenarios)
        answers = AnswerStore(database: database, learning: learner.learning)
        sessions = SessionStore(database: database, answers: answers)
        let choice = SessionChoice(
            suggestions: suggestions, search: search, candidates: SessionCandidates(database: database), roles: roles,
            learner: learner)
        controller = SessionController(
            sessions: sessions, scenarios: scenarios, choice: choice, intake: intake, bodyBytesMax: bodyBytesMax)
        answerController = AnswerController(
            sessions: sessions, answers: answers, intake: intake, bodyBytesMax: bodyBytesMax)
    }
}
