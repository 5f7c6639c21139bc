/// Measures the order of weak skills; `SkillOrderReport` says how.
struct SkillOrderEvaluation {
    let coefficients: LearnerCoefficients

    private struct Mean {
        var sum: Float = 0
        var count: Float = 0

        var value: Float { (sum + 1.4) / (count + 2) }

        mutating func add(_ score: Float) {
            sum += score
            count += 1
        }
    }

    func run(_ log: AnswerLog) throws -> SkillOrderReport {
        var replay = try LearnerReplay(log, coefficients: coefficients)
        var everyone = [Mean](repeating: Mean(), count: log.skillCount)
        var lengths = [Int](repeating: 0, count: log.personCount)
        for row in log.rows where row.isTest { lengths[Int(row.person)] += 1 }
        // The second halves of test people, by person and in order: known only to the count, never to the model.
        var seen = [Int](repeating: 0, count: log.personCount)
        var later: [Int32: [Int32: Mean]] = [:]
        for row in log.rows where row.isTest {
            let person = Int(row.person)
            seen[person] += 1
            guard seen[person] > lengths[person] / 2 else { continue }
            for index in 0..<row.skills.count {
                later[row.person, default: [:]][row.skills[index], default: Mean()].add(row.score)
            }
        }
        var own: [Int32: [Int32: Mean]] = [:]
        var count = SkillOrderCount()
        seen = [Int](repeating: 0, count: log.personCount)
        for row in log.rows {
            _ = try replay.take(row)
            for index in 0..<row.skills.count {
                if row.isTest {
                    own[row.person, default: [:]][row.skills[index], default: Mean()].add(row.score)
                } else {
                    everyone[Int(row.skills[index])].add(row.score)
                }
            }
            guard row.isTest else { continue }
            let person = Int(row.person)
            seen[person] += 1
            guard seen[person] == lengths[person] / 2, let came = later[row.person] else { continue }
            count.add(skills(came, own[row.person] ?? [:], everyone, replay.model, replay.people[person]))
        }
        return count.report
    }

    private func skills(
        _ came: [Int32: Mean], _ own: [Int32: Mean], _ everyone: [Mean], _ model: LearnerModel, _ person: PersonState
    ) -> [SkillOrderCount.Skill] {
        let asked = came.keys.sorted().prefix(SkillOrderCount.skillsMax)
        return model.mastery(person, skills: asked).map { mastery in
            let all = everyone[Int(mastery.skill)].value
            let mine = own[mastery.skill]
            let later = came[mastery.skill] ?? Mean()
            return SkillOrderCount.Skill(
                scores: (mastery.expected.probability, all, mine.map { $0.sum / $0.count } ?? all),
                met: mine != nil, came: later.sum / max(later.count, 1))
        }
    }
}
