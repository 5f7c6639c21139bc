import CPQ
import Foundation
import Logging

/// A libpq connection in non-blocking mode; confined to the thread of its session.
final class ConnectionHandle {
    enum ConnectStep { case wantsRead, wantsWrite, connected, failed }
    enum TransactionStatus { case idle, active, inTransaction, inError, unknown }

    private let raw: OpaquePointer
    private let notices: NoticeSink
    // Reused for each statement, so that sending allocates nothing.
    private var values: [UnsafePointer<CChar>?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    /// Begins to connect without waiting, provided that no name has to be resolved.
    init(parameters: [(keyword: String, value: String)], logger: Logger) {
        notices = NoticeSink(logger: logger)
        let started = withCStrings(parameters.map(\.keyword)) { keywords in
            withCStrings(parameters.map(\.value)) { PQconnectStartParams(keywords, $0, 0) }
        }
        guard let started else { preconditionFailure("no memory for a connection") }
        raw = started
        PQsetNoticeReceiver(raw, NoticeSink.receive, Unmanaged.passUnretained(notices).toOpaque())
    }

    deinit { PQfinish(raw) }

    /// -1 when libpq has closed the socket.
    var descriptor: Int32 { PQsocket(raw) }
    var isBad: Bool { PQstatus(raw) == CONNECTION_BAD }
    var usesTLS: Bool { PQsslInUse(raw) == 1 }
    var backendPID: Int32 { PQbackendPID(raw) }
    /// One line, without what libpq quotes.
    var errorMessage: String {
        let text = String(cString: PQerrorMessage(raw))
        return text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    func connectStep() -> ConnectStep {
        if isBad { return .failed }
        switch PQconnectPoll(raw) {
        case PGRES_POLLING_READING: return .wantsRead
        case PGRES_POLLING_WRITING: return .wantsWrite
        case PGRES_POLLING_OK: return PQsetnonblocking(raw, 1) == 0 ? .connected : .failed
        default: return .failed
        }
    }

    var transactionStatus: TransactionStatus {
        switch PQtransactionStatus(raw) {
        case PQTRANS_IDLE: .idle
        case PQTRANS_ACTIVE: .active
        case PQTRANS_INTRANS: .inTransaction
        case PQTRANS_INERROR: .inError
        default: .unknown
        }
    }

    func sendScript(_ sql: String) -> Bool { PQsendQuery(raw, sql) == 1 }

    func sendQuery(_ sql: String, _ parameters: ParameterBuffer) -> Bool {
        withRawParameters(parameters) { types, values, lengths, formats in
            PQsendQueryParams(raw, sql, Int32(parameters.count), types, values, lengths, formats, 1) == 1
        }
    }

    func sendPrepare(name: String, _ sql: String, types: [UInt32]) -> Bool {
        PQsendPrepare(raw, name, sql, Int32(types.count), types) == 1
    }

    func sendPrepared(name: String, _ parameters: ParameterBuffer) -> Bool {
        withRawParameters(parameters) { _, values, lengths, formats in
            PQsendQueryPrepared(raw, name, Int32(parameters.count), values, lengths, formats, 1) == 1
        }
    }

    private func withRawParameters(
        _ parameters: ParameterBuffer,
        _ body: (UnsafePointer<UInt32>?, [UnsafePointer<CChar>?], [Int32], [Int32]) -> Bool
    ) -> Bool {
        values.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        return parameters.bytes.withUnsafeBufferPointer { bytes in
            // An empty value needs an address too: nil would be NULL.
            let base = bytes.baseAddress.map { UnsafeRawPointer($0) } ?? UnsafeRawPointer(raw)
            for slot in parameters.slots {
                values.append(slot.length.map { _ in (base + slot.offset).assumingMemoryBound(to: CChar.self) })
                lengths.append(Int32(slot.length ?? 0))
            }
            while formats.count < parameters.count { formats.append(1) }
            return parameters.types.withUnsafeBufferPointer { body($0.baseAddress, values, lengths, formats) }
        }
    }

    /// - Returns: whether all is sent; nil when the connection broke.
    func flush() -> Bool? {
        switch PQflush(raw) {
        case 0: true
        case 1: false
        default: nil
        }
    }

    /// Takes what has arrived; false when the connection broke.
    func consumeInput() -> Bool {
        // TLS may hold back up to two more buffers of a record that epoll knows nothing of.
        for _ in 0..<(usesTLS ? 3 : 1) where PQconsumeInput(raw) != 1 { return false }
        return true
    }

    var isBusy: Bool { PQisBusy(raw) == 1 }

    /// The next result of what was sent; nil when there is none. Blocks while `isBusy`.
    func nextResult() -> ResultHandle? { PQgetResult(raw).map(ResultHandle.init) }

    func nextNotification() -> (channel: String, payload: String)? {
        guard let notify = PQnotifies(raw) else { return nil }
        defer { PQfreemem(notify) }
        return (String(cString: notify.pointee.relname), String(cString: notify.pointee.extra))
    }

    func enterPipeline() -> Bool { PQenterPipelineMode(raw) == 1 }
    func exitPipeline() -> Bool { PQexitPipelineMode(raw) == 1 }
    func pipelineSync() -> Bool { PQpipelineSync(raw) == 1 }

    func putCopyData(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { buffer in
            PQputCopyData(raw, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count)) == 1
        }
    }

    /// - Parameter error: makes the server fail the copy with this text.
    func putCopyEnd(error: String?) -> Bool { PQputCopyEnd(raw, error) == 1 }

    func cancelRequest() -> CancelRequest? { PQgetCancel(raw).map(CancelRequest.init) }
}

/// What it takes to cancel whatever runs on a connection.
///
/// `@unchecked Sendable`: libpq documents the object as read-only and `PQcancel` as safe in any thread.
final class CancelRequest: @unchecked Sendable {
    private let raw: OpaquePointer

    fileprivate init(_ raw: OpaquePointer) { self.raw = raw }

    deinit { PQfreeCancel(raw) }

    /// Connects, sends the request and waits until the server has passed it on. Blocks.
    /// - Returns: why it could not be sent.
    func send() -> String? {
        var reason = [CChar](repeating: 0, count: 256)
        guard PQcancel(raw, &reason, Int32(reason.count)) == 0 else { return nil }
        return String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// A result of the server.
///
/// `@unchecked Sendable`: libpq never changes a result after handing it out, and the functions used here only read it.
final class ResultHandle: @unchecked Sendable {
    enum Status { case command, tuples, empty, copyIn, copyOut, pipelineSync, pipelineAborted, error }

    private let raw: OpaquePointer

    fileprivate init(_ raw: OpaquePointer) { self.raw = raw }

    deinit { PQclear(raw) }

    var status: Status {
        switch PQresultStatus(raw) {
        case PGRES_COMMAND_OK: .command
        case PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE: .tuples
        case PGRES_EMPTY_QUERY: .empty
        case PGRES_COPY_IN: .copyIn
        case PGRES_COPY_OUT, PGRES_COPY_BOTH: .copyOut
        case PGRES_PIPELINE_SYNC: .pipelineSync
        case PGRES_PIPELINE_ABORTED: .pipelineAborted
        default: .error
        }
    }

    var rowCount: Int { Int(PQntuples(raw)) }
    var columnCount: Int { Int(PQnfields(raw)) }
    var affected: Int { Int(String(cString: PQcmdTuples(raw))) ?? 0 }
    /// Such as `COMMIT` or `INSERT 0 1`.
    var commandTag: String { String(cString: PQcmdStatus(raw)) }

    func columnName(_ column: Int) -> String { String(cString: PQfname(raw, Int32(column))) }
    func columnType(_ column: Int) -> PostgresType { PostgresType(oid: PQftype(raw, Int32(column))) }

    /// nil is NULL. The bytes live as long as the result.
    func cell(row: Int, column: Int) -> UnsafeRawBufferPointer? {
        guard PQgetisnull(raw, Int32(row), Int32(column)) == 0 else { return nil }
        let length = Int(PQgetlength(raw, Int32(row), Int32(column)))
        return UnsafeRawBufferPointer(start: PQgetvalue(raw, Int32(row), Int32(column)), count: length)
    }

    var errorFields: ErrorFields {
        // The codes are character macros of libpq's header, which are not imported.
        func field(_ code: Unicode.Scalar) -> String? {
            PQresultErrorField(raw, Int32(code.value)).map { String(cString: $0) }
        }
        return ErrorFields(
            sqlState: field("C"), severity: field("V") ?? field("S"),
            message: field("M") ?? String(cString: PQresultErrorMessage(raw)), detail: field("D"), hint: field("H"),
            constraint: field("n"), table: field("t"), column: field("c"), position: field("P"),
            sourceFunction: field("R"))
    }
}

/// Passes the server's notices on to the log.
final class NoticeSink {
    private let logger: Logger

    fileprivate init(logger: Logger) { self.logger = logger }

    fileprivate static let receive: PQnoticeReceiver = { context, result in
        guard let context, let result else { return }
        let sink = Unmanaged<NoticeSink>.fromOpaque(context).takeUnretainedValue()
        func field(_ code: Unicode.Scalar) -> String? {
            PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
        }
        let level: Logger.Level =
            switch field("V") {
            case "WARNING": .warning
            case "NOTICE", "INFO", "LOG": .info
            default: .debug
            }
        let message = field("M") ?? String(cString: PQresultErrorMessage(result))
        sink.logger.log(level: level, "\(message)", metadata: ["sqlState": "\(field("C") ?? "")"])
    }
}

/// What a connection string says, by libpq's own parser.
enum ConnectionString {
    /// - Returns: the options that the string sets; nil and a reason without quotations when it cannot be read.
    static func parse(_ text: String) -> (options: [String: String]?, reason: String) {
        var message: UnsafeMutablePointer<CChar>?
        guard let parsed = PQconninfoParse(text, &message) else {
            defer { PQfreemem(message) }
            let reason = message.map { String(cString: $0) } ?? "no memory"
            return (
                nil,
                PostgresError.maskingQuotations(in: reason.split(whereSeparator: \.isNewline).joined(separator: " "))
            )
        }
        defer { PQconninfoFree(parsed) }
        var options: [String: String] = [:]
        var option = parsed
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { options[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return (options, "")
    }
}

private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    var pointers = copies.map { $0.map { UnsafePointer<CChar>($0) } }
    pointers.append(nil)
    return body(pointers)
}
