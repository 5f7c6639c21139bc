import Synchronization
import Workers

/// True neighbours, to score indexes by: every row is compared with every query, by none of the engine's searches.
struct ExactNeighbours: Sendable {
    /// Rows that are compared with all queries while they lie in the cache.
    private static let blockRows = 64

    let base: VectorFile.Rows
    let queries: VectorFile.Rows
    let k: Int

    /// The numbers of the `k` rows with the greatest cosine, best first, of equal ones the lower number first; −1 where
    /// there are fewer rows. O(rows × queries × dimension)
    /// - Parameter rows: the numbers of the rows to look among, ascending.
    /// - Throws: `VectorFileError` for a vector without a direction.
    func find(among rows: [Int32], threads: Int) throws -> [[Int32]] {
        let directions = try (0..<queries.count).map { number in
            try Self.direction(queries.row(number), "query \(number)")
        }
        let team = WorkerTeam(name: "exact", threadCount: threads)
        defer { team.dismiss() }
        let found = Mutex<[Int: [Int32]]>([:])
        let failure = Mutex<VectorFileError?>(nil)
        team.run { member in
            let own = Array(stride(from: member, to: directions.count, by: threads))
            do throws(VectorFileError) {
                let lists = try lists(of: own.map { directions[$0] }, among: rows)
                found.withLock { found in
                    for (number, list) in zip(own, lists) { found[number] = list }
                }
            } catch {
                failure.withLock { $0 = error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return found.withLock { found in directions.indices.map { found[$0] ?? [] } }
    }

    private func lists(of directions: [[Float]], among rows: [Int32]) throws(VectorFileError) -> [[Int32]] {
        var best = directions.map { _ in NearestList(k: k) }
        var scores = [Float](repeating: 0, count: Self.blockRows)
        for start in stride(from: 0, to: rows.count, by: Self.blockRows) {
            let numbers = rows[start..<min(start + Self.blockRows, rows.count)]
            var block: [Float] = []
            block.reserveCapacity(numbers.count * base.dimension)
            for number in numbers { block += try Self.direction(base.row(Int(number)), "row \(number)") }
            for (place, direction) in directions.enumerated() {
                Kernels.best.dotRows(
                    direction, block, stride: base.dimension, count: numbers.count, scores: &scores)
                for (offset, number) in numbers.enumerated() { best[place].offer(number, scores[offset]) }
            }
        }
        return best.map { list in list.numbers + Array(repeating: -1, count: k - list.numbers.count) }
    }

    private static func direction(_ vector: [Float], _ name: String) throws(VectorFileError) -> [Float] {
        do throws(PointError.Reason) {
            return try UnitVector.normalise(vector, dimension: vector.count)
        } catch {
            throw VectorFileError(path: name, problem: "it has no direction, or an element that is not finite")
        }
    }

    /// The share of the first `k` true neighbours that were found, over all queries; 1 where there is nothing to find.
    static func recall(of found: [[Int32]], truth: [[Int32]], k: Int) -> Double {
        var total = 0.0
        for (row, neighbours) in zip(found, truth) {
            let wanted = Set(neighbours.prefix(k).filter { $0 >= 0 })
            total += wanted.isEmpty ? 1 : Double(wanted.intersection(row.prefix(k)).count) / Double(wanted.count)
        }
        return found.isEmpty ? 1 : total / Double(found.count)
    }
}

/// The best of many numbers offered in ascending order.
private struct NearestList {
    let k: Int
    private(set) var numbers: [Int32] = []
    private var scores: [Float] = []

    init(k: Int) { self.k = k }

    mutating func offer(_ number: Int32, _ score: Float) {
        if scores.count == k {
            guard let last = scores.last, score > last else { return }
            scores.removeLast()
            numbers.removeLast()
        }
        var place = scores.count
        while place > 0, scores[place - 1] < score { place -= 1 }
        scores.insert(score, at: place)
        numbers.insert(number, at: place)
    }
}
