import TestSupport
import Testing

@testable import VectorCollections

@Suite struct MemoryBudgetTests {
    @Test func admitsUpToTheLimit() throws {
        let metrics = RecordingMetrics()
        let budget = MemoryBudget(limitBytes: 100, headroomBytes: 10, factory: metrics)
        try budget.admit(60, .points, of: "a")
        let refusal = MemoryLimitError(
            collection: "b", purpose: .points, bytesNeeded: 41, bytesInUse: 60, bytesReserved: 0, limitBytes: 100,
            headroomBytes: 10)
        #expect(throws: refusal) { try budget.admit(41, .points, of: "b") }
        #expect("\(refusal)".contains("collection b: 60 bytes are in use"))
        try budget.admit(40, .points, of: "b")
        try budget.admit(0, .points, of: "b")
        #expect(throws: MemoryLimitError.self) { try budget.admit(1, .points, of: "b") }
        #expect(throws: MemoryLimitError.self) { try budget.admit(.max, .points, of: "b") }
        #expect(budget.bytesInUse == 100 && metrics["vector_memory_bytes{}"] == 100)
        #expect(metrics["vector_memory_limit_bytes{}"] == 100)
        budget.settle(60, at: 10)
        #expect(budget.bytesInUse == 50 && metrics["vector_memory_bytes{}"] == 50)
        #expect(MemoryBudget(limitBytes: 100).headroomBytes == 25)
    }

    @Test func rewritesHaveTheHeadroom() throws {
        let metrics = RecordingMetrics()
        let budget = MemoryBudget(limitBytes: 100, headroomBytes: 20, factory: metrics)
        try budget.admit(90, .points, of: "a")
        #expect(throws: MemoryLimitError.self) { try budget.reserve(31, growth: -5, of: "a") }
        #expect(throws: MemoryLimitError.self, "it would stay above the limit") {
            try budget.reserve(20, growth: 11, of: "a")
        }
        try budget.reserve(28, growth: 10, of: "a")
        #expect(budget.bytesReserved == 28 && metrics["vector_memory_reserved_bytes{}"] == 28)
        #expect(throws: MemoryLimitError.self) { try budget.reserve(3, growth: 0, of: "b") }
        #expect(throws: MemoryLimitError.self, "limit and headroom hold what is reserved too") {
            try budget.admit(3, .points, of: "b")
        }
        try budget.admit(2, .points, of: "b")
        budget.release(28)
        try budget.admit(8, .points, of: "b")
        #expect(budget.bytesInUse == 100 && budget.bytesReserved == 0)
        // Above the limit, as after the writer's own sealing.
        budget.settle(0, at: 50)
        #expect(throws: MemoryLimitError.self) { try budget.reserve(1, growth: -1, of: "a") }
        try budget.reserve(0, growth: -30, of: "a")
    }

    @Test func countsForManyThreads() async throws {
        let budget = MemoryBudget(limitBytes: 1_000, headroomBytes: 0)
        let admitted = await withTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var admitted = 0
                    for _ in 0..<300 {
                        do throws(MemoryLimitError) {
                            try budget.admit(1, .points, of: "\(task)")
                            admitted += 1
                        } catch {
                            #expect(error.bytesInUse == 1_000)
                        }
                    }
                    return admitted
                }
            }
            return await group.reduce(0, +)
        }
        #expect(admitted == 1_000 && budget.bytesInUse == 1_000)
    }
}
