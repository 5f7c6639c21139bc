public import Learner

/// The bank by skill: which questions practise it, the most practised first.
public struct QuestionsBySkill: Sendable {
    /// Questions kept of a skill.
    public static let perSkillMax = 2_000

    private var questions: [Int32: [Int32]] = [:]

    /// - Parameters:
    ///   - bank: questions in the order of their numbers, with their skills.
    ///   - popularity: how much questions are practised; 0 for one that is missing. Equals stay in the order of their numbers.
    /// - Complexity: O(questions + popular questions × log of their number).
    public init(_ bank: [(question: Int32, skills: SkillTags)], popularity: [Int32: Double]) {
        var popular: [(popularity: Double, place: Int)] = []
        for (place, entry) in bank.enumerated() {
            guard let popularity = popularity[entry.question], popularity > 0 else { continue }
            popular.append((popularity, place))
        }
        popular.sort { ($1.popularity, $0.place) < ($0.popularity, $1.place) }
        for (_, place) in popular { add(bank[place]) }
        let first = Set(popular.map(\.place))
        for (place, entry) in bank.enumerated() where !first.contains(place) { add(entry) }
    }

    private mutating func add(_ entry: (question: Int32, skills: SkillTags)) {
        for index in 0..<entry.skills.count {
            let skill = entry.skills[index]
            guard questions[skill, default: []].count < Self.perSkillMax else { continue }
            questions[skill, default: []].append(entry.question)
        }
    }

    /// The questions of a skill; none for a skill that the bank does not have.
    public subscript(skill: Int32) -> [Int32] { questions[skill] ?? [] }

    public var skills: [Int32] { questions.keys.sorted() }
}
