import Workers

/// The threads of a benchmark, as `serve` has them: builders leave the processors to others.
struct BenchWorkers {
    private static let buildNiceness: Int32 = 10

    let workers = WorkerPool(name: "bench", threadCount: 2, queueDepthMax: 16)
    let builders = WorkerPool(name: "build", threadCount: 1, queueDepthMax: 16, niceness: buildNiceness)

    func shutdown() {
        workers.shutdown()
        builders.shutdown()
    }
}
