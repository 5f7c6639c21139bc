import Dispatch
import Foundation
public import Learner

/// How long a list takes.
public struct CoachLatency: Codable, Equatable, Sendable {
    public var candidates: Int
    public var answers: Int
    public var count: Int
    public var lists: Int
    public var medianMilliseconds: Double
    public var p99Milliseconds: Double
    /// On the processor: what other work on the machine does not lengthen.
    public var meanCpuMilliseconds: Double

    /// Chooses `count` of `candidates` again and again for one person of so many answers; vectors of 384 dimensions,
    /// 150 skills.
    public static func measure(
        coefficients: LearnerCoefficients, candidates: Int = 2_000, answers: Int = 500, count: Int = 10,
        lists: Int = 500
    ) throws -> CoachLatency {
        let skills = 150
        var random = SeededRandom(seed: 1)
        var model = try LearnerModel(
            coefficients: coefficients, questionCount: candidates + answers, skillCount: skills)
        let themes = (0..<skills).map { _ in (0..<384).map { _ in Float(random.normal()) } }
        var offered: [CoachCandidate] = []
        for number in 0..<candidates {
            let skill = random.below(skills)
            var vector = themes[skill].map { $0 + Float(random.normal()) }
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for index in vector.indices { vector[index] /= length }
            let tags = try SkillTags([Int32(skill), Int32(random.below(skills))])
            offered.append(
                CoachCandidate(
                    question: Int32(number), skills: tags, category: "category \(skill % 6)",
                    popularity: random.unit(), similarity: random.unit() - 0.3, neighbours: random.unit(),
                    proposedBy: .weakSkill, vector: vector))
        }
        var person = PersonState(coefficients: coefficients)
        var history = CoachHistory()
        for number in 0..<answers {
            let question = Int32(candidates + number)
            let tags = SkillTags(Int32(random.below(skills)))
            let score: Float = random.unit() < 0.6 ? 0.8 : 0.3
            let seconds = 1e9 + 1_000 * Double(number)
            try model.answer(&person, question: question, skills: tags, score: score, seconds: seconds)
            history.answers[question] = CoachHistory.Answer(score: Double(score), seconds: seconds)
        }
        let needs = (0..<12).map { SkillNeed(name: "need \($0)", skills: [Int32(10 * $0)]) }
        let policy = try CoachPolicy()
        var times: [Double] = []
        let cpuBegan = clock()
        for list in 0..<max(lists, 1) {
            let request = CoachRequest(
                person: person, seconds: 1e9 + 1e6, count: count, candidates: offered, history: history, needs: needs,
                seed: UInt64(list), skillName: { "skill \($0)" })
            let start = DispatchTime.now().uptimeNanoseconds
            let chosen = try policy.choose(request, model: model)
            precondition(chosen.count == min(count, candidates))
            times.append(Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6)
        }
        let cpu = Double(clock() - cpuBegan) / Double(CLOCKS_PER_SEC)
        times.sort()
        return CoachLatency(
            candidates: candidates, answers: answers, count: count, lists: times.count,
            medianMilliseconds: times[times.count / 2], p99Milliseconds: times[times.count * 99 / 100],
            meanCpuMilliseconds: 1_000 * cpu / Double(times.count))
    }
}
