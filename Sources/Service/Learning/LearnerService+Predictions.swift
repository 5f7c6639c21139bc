import Catalog
import Foundation
import Learner
import Logging
import Storage
import Synchronization

/// How well somebody would do, for other parts of the service. Nothing here changes anything.
extension LearnerService {
    /// A skill of a person, by its name in the vocabulary in small letters; a name such as `category/behavioral` stands
    /// for questions without skills.
    struct Standing: Sendable, Equatable {
        let skill: String
        /// On a typical question of the skill.
        let expected: Prediction
        /// Of this person in this skill.
        let answers: Int
        /// nil for a skill never practised.
        let memory: MemoryState?
    }

    /// How each of some questions of the bank would be answered; those without a number yet are left out. A question that
    /// was added less than `bankSeconds` ago may have none.
    /// - Complexity: about a microsecond a question, and reading the person's state.
    func predict(person: UUID, questions: [UUID], at now: Date = Date()) async throws -> [UUID: Prediction] {
        let known = questions.compactMap { id in numbers.known(id).map { (id, $0) } }
        if known.isEmpty { return [:] }
        let person = try await stateNow(of: person)
        let seconds = now.timeIntervalSince1970
        return try state.withLock { state in
            var predictions: [UUID: Prediction] = [:]
            for (id, question) in known {
                try state.model.meet(question: question.number, label: question.label, skills: question.skills)
                predictions[id] = state.model.predict(
                    person, question: question.number, skills: question.skills, seconds: seconds)
            }
            return predictions
        }
    }

    /// A person's skills, weakest first.
    /// - Parameters:
    ///   - skills: names in whatever spelling; those that nobody met are left out. nil for those that the person practised.
    ///   - due: the retention at which a review is due.
    func mastery(
        person: UUID, skills: [String]? = nil, at now: Date = Date(), due: Float = 0.7
    ) async throws -> [Standing] {
        let all = numbers.allSkills
        let names = numbers.skillNames
        let person = try await stateNow(of: person)
        let wanted =
            skills.map { $0.compactMap { all[numbers.key($0)] } }
            ?? person.skills.filter { $0.tries > 0 }.map(\.skill)
        let seconds = now.timeIntervalSince1970
        return try state.withLock { state in
            let numbers = Set(wanted).sorted()
            try state.model.grow(questionCount: 0, skillCount: Int(numbers.last ?? -1) + 1)
            return state.model.mastery(person, skills: numbers, seconds: seconds).compactMap { found in
                names[found.skill].map { name in
                    Standing(
                        skill: name, expected: found.expected, answers: found.answers,
                        memory: state.model.memory(person, skill: found.skill, seconds: seconds, due: due))
                }
            }
        }
    }

    /// A person's memory of a skill; nil for one never practised.
    func memory(person: UUID, skill: String, at now: Date = Date(), due: Float = 0.7) async throws -> MemoryState? {
        guard let number = numbers.number(ofSkill: numbers.key(skill)) else { return nil }
        let person = try await stateNow(of: person)
        return state.withLock { state in
            state.model.memory(person, skill: number, seconds: now.timeIntervalSince1970, due: due)
        }
    }

    /// A copy of the model, for whoever asks it more than a few questions. Copies share their memory until one changes.
    var model: LearnerModel { state.withLock { $0.model } }

    /// The same, knowing the labels of some questions, which count before anybody answered.
    func model(knowing questions: some Sequence<LearnerNumbers.Known>) throws -> LearnerModel {
        var model = model
        for question in questions {
            try model.meet(question: question.number, label: question.label, skills: question.skills)
        }
        return model
    }

    /// What is known of a person now; of one whose state cannot be read, what is known of anybody.
    func stateNow(of person: UUID) async throws -> PersonState {
        let stored = try await database.withTransaction(for: .person(person), readOnly: true) {
            try await LearnerPerson.find(person, in: $0)
        }
        guard let stored else { return PersonState(coefficients: coefficients) }
        do {
            if let bytes = stored.state { return try PersonState(bytes: bytes, coefficients: coefficients) }
        } catch {
            logger.warning("a person's state cannot be read", metadata: ["error": "\(error)"])
        }
        return PersonState(prior: PersonPrior(stored.prior), coefficients: coefficients)
    }
}
