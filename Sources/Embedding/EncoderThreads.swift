import Foundation
import Workers

/// The threads that encode: a fixed number, fed by a bounded queue of requests.
///
/// Requests take turns: a thread takes one step of the first request and puts it behind the others, so that a short text
/// waits for one step of each request before it and not for the whole of a large one. A thread that finds itself alone with
/// the last text takes an idle one as helper; under load every thread has a text of its own.
///
/// `@unchecked Sendable`: every stored property but the constants is read and written only while `condition` is locked.
final class EncoderThreads: @unchecked Sendable {
    static let poolName = "encoder"

    /// One call of `embed` under way.
    private final class Request {
        let number: UInt64
        var work: EncodingWork
        let resume: @Sendable (Result<[[Float]], any Error>) -> Void
        /// Answered, or given up: what still runs for it is dropped.
        var isOver = false

        init(
            number: UInt64, work: EncodingWork, resume: @escaping @Sendable (Result<[[Float]], any Error>) -> Void
        ) {
            self.number = number
            self.work = work
            self.resume = resume
        }
    }

    private enum Task {
        case step(Request, EncodingWork.Step)
        case help(EncoderPass)
    }

    private let tokenizer: WordPieceTokenizer
    private let queueDepthMax: Int
    private let condition = NSCondition()
    /// Requests with a step to take, next one first.
    private var turns: [Request] = []
    /// Requests not over yet, by the number that their call has.
    private var requests: [UInt64: Request] = [:]
    private var idleCount = 0
    private var helpWanted: EncoderPass?
    private var helped: Set<ObjectIdentifier> = []
    private var isStopped = false

    /// Starts the threads, which live until `stop()`.
    init(
        count: Int, queueDepthMax: Int, tokenizer: WordPieceTokenizer, weights: EncoderWeights, kernels: MatrixKernels
    ) {
        precondition(count > 0 && queueDepthMax > 0)
        self.queueDepthMax = queueDepthMax
        self.tokenizer = tokenizer
        for index in 0..<count {
            let thread = Thread { [self] in work(with: EncoderPass(weights: weights, kernels: kernels)) }
            thread.name = "\(Self.poolName)-\(index)"
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    /// Calls under way, waiting or running.
    var depth: Int { condition.withLock { requests.count } }

    /// Queues a request under a number of the caller's own. `resume` is called exactly once.
    func submit(
        _ number: UInt64, texts: [String], resume: @escaping @Sendable (Result<[[Float]], any Error>) -> Void
    ) {
        let refusal: WorkerPoolError? = condition.withLock {
            if isStopped { return .stopped(pool: Self.poolName) }
            if requests.count >= queueDepthMax {
                return .queueFull(pool: Self.poolName, queueDepthMax: queueDepthMax)
            }
            let request = Request(number: number, work: EncodingWork(texts: texts), resume: resume)
            requests[number] = request
            turns.append(request)
            condition.signal()
            return nil
        }
        if let refusal { resume(.failure(refusal)) }
    }

    /// Gives up a request that is not over yet. A text that is being encoded ends first; its vector is dropped.
    func cancel(_ number: UInt64) { end(number, .failure(CancellationError())) }

    /// Fails every request with `WorkerPoolError.stopped` and ends the threads after their present step.
    func stop() {
        let numbers = condition.withLock {
            isStopped = true
            condition.broadcast()
            return Array(requests.keys)
        }
        for number in numbers { end(number, .failure(WorkerPoolError.stopped(pool: Self.poolName))) }
    }

    private func end(_ number: UInt64, _ result: Result<[[Float]], any Error>) {
        let request = condition.withLock {
            let request = requests.removeValue(forKey: number)
            request?.isOver = true
            turns.removeAll { $0 === request }
            return request
        }
        request?.resume(result)
    }

    // MARK: The threads

    /// The body of a thread; `pass` is its own.
    private func work(with pass: EncoderPass) {
        while let task = next() {
            switch task {
            case .help(let other):
                other.help()
                condition.withLock { _ = helped.remove(ObjectIdentifier(other)) }
            case .step(let request, .tokenize(let index)):
                let windows = tokenizer.tokenize(condition.withLock { request.work.text(index) })
                    .windows(tokensMax: EncoderShape.tokensMax)
                finish(request) { $0.end(text: index, windows: windows) }
            case .step(let request, .encode(let index)):
                pass.prepare(condition.withLock { request.work.tokens(ofWindow: index) })
                let vector = pass.lead(isShared: callHelp(for: pass))
                condition.withLock { if helpWanted === pass { helpWanted = nil } }
                finish(request) { $0.end(window: index, vector: vector) }
            }
        }
    }

    /// The next thing to do, as soon as there is one; nil when the threads are to end.
    private func next() -> Task? {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if isStopped { return nil }
            if let pass = helpWanted {
                helpWanted = nil
                helped.insert(ObjectIdentifier(pass))
                return .help(pass)
            }
            if !turns.isEmpty {
                let request = turns.removeFirst()
                guard let step = request.work.take() else { preconditionFailure("a request in turn has a step") }
                if request.work.hasStep {
                    turns.append(request)
                    if idleCount > 0 { condition.signal() }
                }
                return .step(request, step)
            }
            idleCount += 1
            condition.wait()
            idleCount -= 1
        }
    }

    /// Wakes an idle thread to help with a text when no other text is waiting. Says whether a helper may come.
    private func callHelp(for pass: EncoderPass) -> Bool {
        condition.withLock {
            if helped.contains(ObjectIdentifier(pass)) { return true }
            guard turns.isEmpty, idleCount > 0, helpWanted == nil else { return false }
            helpWanted = pass
            condition.signal()
            return true
        }
    }

    /// Enters the end of a step, and answers the request if it was the last one.
    private func finish(_ request: Request, _ enter: (inout EncodingWork) -> Void) {
        let vectors: [[Float]]? = condition.withLock {
            if request.isOver { return nil }
            let hadStep = request.work.hasStep
            enter(&request.work)
            if request.work.isFinished {
                request.isOver = true
                requests[request.number] = nil
                return request.work.vectors()
            }
            if !hadStep, request.work.hasStep {
                turns.append(request)
                if idleCount > 0 { condition.signal() }
            }
            return nil
        }
        if let vectors { request.resume(.success(vectors)) }
    }
}
