import Testing

@testable import VectorCollections

@Suite struct ExactNeighboursTests {
    @Test("Neighbours are those of plain sums, whatever the threads", arguments: [1, 2, 3], [UInt64](1...4))
    func plain(threads: Int, seed: UInt64) throws {
        let base = BenchmarkFixtures.rows(200, seed: seed)
        let queries = BenchmarkFixtures.rows(11, seed: seed + 100)
        // More than a block, and not whole blocks.
        let numbers = (0..<200).map { Int32($0) }.filter { $0 % 3 != 0 }
        let found = try ExactNeighbours(base: base, queries: queries, k: 7).find(among: numbers, threads: threads)
        let truth = BenchmarkFixtures.neighbours(of: queries, among: numbers, of: base, k: 7)
        #expect(found == truth, "seed \(seed)")
        #expect(ExactNeighbours.recall(of: found, truth: truth, k: 7) == 1, "seed \(seed)")
    }

    @Test("Of equal scores the lower number comes first, and −1 fills up")
    func ties() throws {
        let base = VectorFile.Rows(dimension: 2, elements: [1, 0, 0, 1, 2, 0, 3, 0])
        let queries = VectorFile.Rows(dimension: 2, elements: [5, 0])
        let found = try ExactNeighbours(base: base, queries: queries, k: 6).find(among: [0, 1, 2, 3], threads: 1)
        #expect(found == [[0, 2, 3, 1, -1, -1]])
    }

    @Test("A vector without a direction is refused by its number")
    func zero() {
        let base = VectorFile.Rows(dimension: 2, elements: [1, 0, 0, 0])
        let error = #expect(throws: VectorFileError.self) {
            try ExactNeighbours(base: base, queries: base, k: 1).find(among: [0], threads: 1)
        }
        #expect(error?.path == "query 1")
    }

    @Test("Recall counts the true neighbours that were found among the first k")
    func recall() {
        let truth: [[Int32]] = [[1, 2, 3], [4, -1, -1], [-1, -1, -1]]
        // One of two neighbours is missed: the 2 stands too late.
        let found: [[Int32]] = [[1, 9, 2], [4, -1], []]
        #expect(ExactNeighbours.recall(of: found, truth: truth, k: 2) == 2.5 / 3)
        #expect(ExactNeighbours.recall(of: truth, truth: truth, k: 3) == 1)
        #expect(ExactNeighbours.recall(of: [], truth: [], k: 3) == 1)
    }
}
