import Foundation
import TestSupport
import Testing

@testable import Learner

@Suite("What comes next")
struct SequenceTests {
    private func parse(_ text: String) throws -> RatingLog { try RatingLog.parse(Array(text.utf8)) }

    @Test("Ratings are ordered by time, ties as in the file; commas, tabs, headers and repeated items are read")
    func log() throws {
        let log = try parse("user,item,rating,timestamp\na,x,5,30\nb,y,1,1\r\na,y,3,10\na,z,3,10\n\na,x,4,50\n")
        #expect(log.sequences == [[1, 2, 0], [1]])
        #expect(log.itemCount == 3)
        #expect(try parse("1\t7\t3\t881250949\n1\t8\t3\t881250940\n").sequences == [[1, 0]])
        #expect(try parse("").sequences.isEmpty)
    }

    @Test(
        "Bad rows are refused by line and column",
        arguments: [
            ("a,x,5", "the row"), (",x,5,1", "user"), ("a,,5,1", "item"), ("a,x,good,1", "rating"),
            ("a,x,nan,1", "rating"), ("a,x,5,", "timestamp"), ("a,x,5,1,1", "the row"),
        ])
    func refused(row: String, column: String) {
        let error = #expect(throws: AnswerLogError.self) { try parse("a,x,5,1\n\(row)\n") }
        guard case .row(2, let found, _, let allowed) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found == column && !allowed.isEmpty)
    }

    @Test("A factorised matrix solves every column, and an indefinite one is refused", arguments: [1, 7, 64, 90])
    func solve(size: Int) {
        var random = SeededGenerator(seed: UInt64(size))
        let columns = size + 3
        let base = (0..<(size * size)).map { _ in Double(random.below(2_001)) / 1_000 - 1 }
        var rows = [Double](repeating: 0, count: size * size)
        for i in 0..<size {
            for j in 0..<size {
                for k in 0..<size { rows[i * size + j] += base[i * size + k] * base[j * size + k] }
            }
            rows[i * size + i] += 1
        }
        let solution = (0..<(size * columns)).map { _ in Double(random.below(2_001)) / 1_000 - 1 }
        var right = [Double](repeating: 0, count: size * columns)
        for i in 0..<size {
            for j in 0..<columns {
                for k in 0..<size { right[i * columns + j] += rows[i * size + k] * solution[k * columns + j] }
            }
        }
        var matrix = PositiveDefinite(size: size, rows: rows)
        let factored = matrix.factor()
        #expect(factored)
        matrix.solve(&right, columns: columns)
        let worst = zip(right, solution).map { abs($0 - $1) }.max() ?? 0
        #expect(worst < 1e-8, "size \(size)")
        rows[size * size - 1] = -1
        var indefinite = PositiveDefinite(size: size, rows: rows)
        let refused = !indefinite.factor()
        #expect(refused)
    }

    @Test("The regression meets the normal equations")
    func regression() throws {
        var settings = LinearSequence.Settings()
        settings.targetDecay = 0
        settings.ridge = 2
        // One step 0 → 1 alone: weight w solves (1 + 2) w = 1.
        let model = try LinearSequence([[0, 1]], itemCount: 3, settings: settings)
        let scores = model.scores(after: [0])
        #expect(abs(scores[1] - 1.0 / 3) < 1e-6)
        #expect(scores[0] == 0 && scores[2] == 0)
        settings.ridge = 0
        #expect(throws: LearnerInputError.self) { try LinearSequence([[0, 1]], itemCount: 3, settings: settings) }
        #expect(throws: LearnerInputError.self) { try LinearSequence([], itemCount: 5_000) }
    }

    @Test("The streaming model follows order and nearness, and keeps its links bounded")
    func streaming() throws {
        var model = try SequenceModel(itemCount: 2_000)
        for _ in 0..<5 {
            let sequence: [Int32] = [4, 5, 6]
            for place in sequence.indices { model.learn(sequence[place], after: sequence[..<place]) }
        }
        #expect(model.best(1, after: [4, 5], excluding: [4, 5]).map(\.item) == [6])
        #expect(model.best(1, after: [4]).map(\.item) == [5])
        let back = model.scores(after: [6])
        #expect(back[4] < model.scores(after: [4])[6])
        for item in 10..<1_990 as Range<Int32> { model.learn(item, after: [0]) }
        let linked = model.scores(after: [0]).filter { $0 > 0.01 }
        #expect(linked.count <= SequenceModel.linksMax)
        #expect(throws: LearnerInputError.self) { try SequenceModel(itemCount: -1) }
    }

    @Test("Ranks count what is ahead and was not met; figures follow the ranks")
    func ranks() {
        let scores: [Float] = [0.9, 0.5, 0.7, 0.5, 0.1]
        #expect(RankFigures.rank(3, scores, history: []) == 4)
        #expect(RankFigures.rank(3, scores, history: [0, 1]) == 2)
        #expect(RankFigures.rank(0, scores, history: [2]) == 1)
        var sum = RankFigures()
        sum.add(rank: 1)
        sum.add(rank: 21)
        let figures = sum.figures("x")
        #expect(figures.recallAt20 == 0.5)
        #expect(abs(figures.ndcgAt20 - 0.5) < 1e-4)
        #expect(abs(figures.mrr - (1 + 1.0 / 21) / 2) < 1e-9)
    }

    @Test("On sequences of known structure, following beats popularity by far, and one seed gives one result")
    func structure() throws {
        var simulated = SimulatedSequences(seed: 3)
        simulated.people = 150
        simulated.items = 60
        simulated.groups = 6
        simulated.lengthMean = 15
        let log = simulated.generate()
        #expect(simulated.generate().sequences == log.sequences)
        let report = try SequenceEvaluation().run(log)
        let figures = Dictionary(uniqueKeysWithValues: report.figures.map { ($0.name, $0) })
        let popular = try #require(figures["popularity"])
        let served = try #require(figures["served"])
        #expect(served.mrr > 1.5 * popular.mrr)
        #expect(served.recallAt20 > popular.recallAt20)
        #expect(throws: LearnerInputError.self) {
            try SequenceEvaluation().run(RatingLog(sequences: [[0, 1]], itemCount: 2))
        }
    }
}
