/// The first 64 bytes of a file.
struct SectionFileHeader: Equatable, Sendable {
    let fileBytes: Int
    /// `CollectionSchema.fingerprint`
    let fingerprint: UInt64
    /// Slots of the segment; 0 in a manifest.
    let slotCount: Int
    /// The segment file's number in its folder; of a manifest the number of the save. Never used twice.
    let number: Int
    let sectionCount: Int
    let tableChecksum: UInt32

    /// The header, its own checksum at the end. Since it holds the table's checksum, and the table those of the
    /// sections, this checksum stands for every byte of the file.
    func encoded(_ type: SectionFileType) -> (bytes: [UInt8], checksum: UInt32) {
        var bytes = [UInt8](repeating: 0, count: SectionLayout.headerBytes)
        let checksum = bytes.withUnsafeMutableBytes { bytes in
            bytes.storeBytes(of: type.magic.littleEndian, toByteOffset: 0, as: UInt64.self)
            bytes.storeBytes(of: type.version.littleEndian, toByteOffset: 8, as: UInt32.self)
            bytes.storeBytes(of: SectionLayout.byteOrderMark, toByteOffset: 12, as: UInt32.self)
            bytes.storeBytes(of: UInt64(fileBytes).littleEndian, toByteOffset: 16, as: UInt64.self)
            bytes.storeBytes(of: fingerprint.littleEndian, toByteOffset: 24, as: UInt64.self)
            bytes.storeBytes(of: UInt64(slotCount).littleEndian, toByteOffset: 32, as: UInt64.self)
            bytes.storeBytes(of: UInt64(number).littleEndian, toByteOffset: 40, as: UInt64.self)
            bytes.storeBytes(of: UInt32(sectionCount).littleEndian, toByteOffset: 48, as: UInt32.self)
            bytes.storeBytes(of: tableChecksum.littleEndian, toByteOffset: 52, as: UInt32.self)
            let checksum = Checksum.crc32c(UnsafeRawBufferPointer(rebasing: bytes[..<60]))
            bytes.storeBytes(of: checksum.littleEndian, toByteOffset: 60, as: UInt32.self)
            return checksum
        }
        return (bytes, checksum)
    }

    /// Reads and checks a header; the sections are not looked at.
    /// - Throws: `SectionFileError`
    static func read(
        _ file: MappedFile, _ type: SectionFileType
    ) throws(SectionFileError) -> (header: SectionFileHeader, checksum: UInt32) {
        guard file.count >= SectionLayout.headerBytes else {
            throw .tooShort(bytes: file.count, bytesMin: SectionLayout.headerBytes)
        }
        let bytes = file.bytes(0..<SectionLayout.headerBytes)
        let magic = UInt64(littleEndian: bytes.load(fromByteOffset: 0, as: UInt64.self))
        guard magic == type.magic else { throw .magic(came: magic, allowed: type.magic) }
        let mark = bytes.load(fromByteOffset: 12, as: UInt32.self)
        guard mark == SectionLayout.byteOrderMark else {
            throw .byteOrder(came: mark, allowed: SectionLayout.byteOrderMark)
        }
        // The version comes before the checksum: the rest of another version's header may be anything.
        let version = UInt32(littleEndian: bytes.load(fromByteOffset: 8, as: UInt32.self))
        guard version == type.version else { throw .version(came: version, allowed: type.version) }
        let allowed = UInt32(littleEndian: bytes.load(fromByteOffset: 60, as: UInt32.self))
        let checksum = Checksum.crc32c(UnsafeRawBufferPointer(rebasing: bytes[..<60]))
        guard checksum == allowed else { throw .checksum(of: "header", came: checksum, allowed: allowed) }

        func number(_ field: String, _ offset: Int, _ allowed: ClosedRange<UInt64>) throws(SectionFileError) -> Int {
            let number = UInt64(littleEndian: bytes.load(fromByteOffset: offset, as: UInt64.self))
            guard allowed.contains(number) else {
                throw .number(field: field, came: number, allowed: "\(allowed.lowerBound) to \(allowed.upperBound)")
            }
            return Int(number)
        }
        let reserved = bytes.load(fromByteOffset: 56, as: UInt32.self)
        guard reserved == 0 else { throw .number(field: "reserved bytes", came: UInt64(reserved), allowed: "0") }
        let sectionCount = Int(UInt32(littleEndian: bytes.load(fromByteOffset: 48, as: UInt32.self)))
        guard sectionCount <= SectionLayout.sectionsMax else {
            throw .number(
                field: "number of sections", came: UInt64(sectionCount), allowed: "0 to \(SectionLayout.sectionsMax)")
        }
        let header = SectionFileHeader(
            fileBytes: try number("length", 16, UInt64(file.count)...UInt64(file.count)),
            fingerprint: UInt64(littleEndian: bytes.load(fromByteOffset: 24, as: UInt64.self)),
            // Slots of hits are 32 bits wide with a sign.
            slotCount: try number("number of slots", 32, 0...UInt64(Int32.max)),
            number: try number("file number", 40, 0...UInt64(SectionLayout.numberMax)), sectionCount: sectionCount,
            tableChecksum: UInt32(littleEndian: bytes.load(fromByteOffset: 52, as: UInt32.self)))
        return (header, checksum)
    }
}

/// A line of the table.
struct SectionEntry: Equatable, Sendable {
    let name: SectionName
    let elementBytes: Int
    let count: Int
    let offset: Int
    /// Of the section and of the zeros up to the next one, or to the end of the file.
    let checksum: UInt32

    func encoded() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: SectionLayout.entryBytes)
        let field = name.field.map(UInt16.init) ?? SectionLayout.noField
        bytes.withUnsafeMutableBytes { bytes in
            bytes.storeBytes(of: name.kind.rawValue.littleEndian, toByteOffset: 0, as: UInt16.self)
            bytes.storeBytes(of: field.littleEndian, toByteOffset: 2, as: UInt16.self)
            bytes.storeBytes(of: UInt32(elementBytes).littleEndian, toByteOffset: 4, as: UInt32.self)
            bytes.storeBytes(of: UInt64(count).littleEndian, toByteOffset: 8, as: UInt64.self)
            bytes.storeBytes(of: UInt64(offset).littleEndian, toByteOffset: 16, as: UInt64.self)
            bytes.storeBytes(of: UInt64(count * elementBytes).littleEndian, toByteOffset: 24, as: UInt64.self)
            bytes.storeBytes(of: checksum.littleEndian, toByteOffset: 32, as: UInt32.self)
        }
        return bytes
    }

    /// Reads the entries of a table and checks that they tell the one layout they can have: all in the file, none over
    /// another.
    /// - Returns: the entries, and where each one's region ends: at the next one's start.
    /// - Throws: `SectionFileError`
    static func readTable(
        _ file: MappedFile, _ header: SectionFileHeader
    ) throws(SectionFileError) -> [(entry: SectionEntry, regionEnd: Int)] {
        let tableEnd = SectionLayout.headerBytes + header.sectionCount * SectionLayout.entryBytes
        guard file.count >= tableEnd else { throw .tooShort(bytes: file.count, bytesMin: tableEnd) }
        var entries: [SectionEntry] = []
        for index in 0..<header.sectionCount {
            let start = SectionLayout.headerBytes + index * SectionLayout.entryBytes
            entries.append(try read(file.bytes(start..<start + SectionLayout.entryBytes), index, file.count))
        }
        let starts = SectionLayout.starts(entries.map { ($0.name.kind, $0.count * $0.elementBytes) })
        for (entry, start) in zip(entries, starts) where entry.offset != start {
            throw .number(field: "offset of \(entry.name)", came: UInt64(entry.offset), allowed: "\(start)")
        }
        guard starts[entries.count] == file.count else {
            throw .number(field: "length", came: UInt64(file.count), allowed: "\(starts[entries.count])")
        }
        let checksum = Checksum.crc32c(file.bytes(SectionLayout.headerBytes..<starts[0]))
        guard checksum == header.tableChecksum else {
            throw .checksum(of: "table", came: checksum, allowed: header.tableChecksum)
        }
        return zip(entries, starts.dropFirst()).map { ($0, $1) }
    }

    private static func read(
        _ bytes: UnsafeRawBufferPointer, _ index: Int, _ fileBytes: Int
    ) throws(SectionFileError) -> SectionEntry {
        let number = UInt16(littleEndian: bytes.load(fromByteOffset: 0, as: UInt16.self))
        guard let kind = SectionKind(rawValue: number) else {
            throw .number(
                field: "kind of section \(index)", came: UInt64(number), allowed: "one of the kinds there are")
        }
        let field = UInt16(littleEndian: bytes.load(fromByteOffset: 2, as: UInt16.self))
        let name = SectionName(kind: kind, field: field == SectionLayout.noField ? nil : Int(field))
        let elementBytes = UInt64(UInt32(littleEndian: bytes.load(fromByteOffset: 4, as: UInt32.self)))
        let count = UInt64(littleEndian: bytes.load(fromByteOffset: 8, as: UInt64.self))
        let offset = UInt64(littleEndian: bytes.load(fromByteOffset: 16, as: UInt64.self))
        let length = UInt64(littleEndian: bytes.load(fromByteOffset: 24, as: UInt64.self))
        let reserved = bytes.load(fromByteOffset: 36, as: UInt32.self)
        guard (1...64).contains(elementBytes) else {
            throw .number(field: "element size of \(name)", came: elementBytes, allowed: "1 to 64")
        }
        let product = count.multipliedReportingOverflow(by: elementBytes)
        guard !product.overflow, product.partialValue == length, length <= UInt64(fileBytes) else {
            throw .number(
                field: "length of \(name)", came: length, allowed: "its elements' size, at most \(fileBytes)")
        }
        guard offset <= UInt64(fileBytes) else {
            throw .number(field: "offset of \(name)", came: offset, allowed: "0 to \(fileBytes)")
        }
        guard reserved == 0 else {
            throw .number(field: "reserved bytes of \(name)", came: UInt64(reserved), allowed: "0")
        }
        return SectionEntry(
            name: name, elementBytes: Int(elementBytes), count: Int(count), offset: Int(offset),
            checksum: UInt32(littleEndian: bytes.load(fromByteOffset: 32, as: UInt32.self)))
    }
}
