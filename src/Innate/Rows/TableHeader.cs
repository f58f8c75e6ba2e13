using System.Text;

namespace Innate.Rows;

/// <summary>Tells a table by its first line, where the file's name says nothing: the names of fields that rows have.</summary>
internal static class TableHeader
{
    private static readonly HashSet<string> Known =
        [.. RowColumns.Fields, "question", "instruction", "conversations", "input", "output", "problem", "solution"];

    /// <summary>CSV or TSV; null: it is no table's first line.</summary>
    /// <param name="head">The file's first bytes, without a byte order mark.</param>
    /// <param name="columns">The file's own names of fields; null: none of its own.</param>
    public static RowFileKind? KindOf(ReadOnlySpan<byte> head, RowColumns? columns)
    {
        int end = head.IndexOfAny((byte)'\r', (byte)'\n');
        string line = Encoding.UTF8.GetString(end < 0 ? head : head[..end]);
        foreach (char delimiter in (ReadOnlySpan<char>)[',', '\t', ';'])
        {
            List<string> names = Names(line, delimiter);
            bool isHeader = names.Count > 1
                && (names.Any(Known.Contains) || (columns is not null && names.Any(columns.IsColumn)));
            if (isHeader) return delimiter == '\t' ? RowFileKind.Tsv : RowFileKind.Csv;
        }

        return null;
    }

    /// <summary>The delimiter of a table's first line: the kind's own, or the only other that stands in it.</summary>
    /// <param name="line">The first line, or its beginning.</param>
    /// <param name="kind">CSV or TSV.</param>
    public static char DelimiterOf(string line, RowFileKind kind)
    {
        char own = kind == RowFileKind.Tsv ? '\t' : ',';
        if (Names(line, own).Count > 1) return own;
        char[] others = [.. ((char[])[',', '\t', ';']).Where(d => Names(line, d).Count > 1)];
        return others is [var only] ? only : own;
    }

    // The cells of one line; delimiters within quotes part nothing.
    private static List<string> Names(string line, char delimiter)
    {
        List<string> names = [];
        for (int at = 0; at <= line.Length;)
        {
            int from = at;
            bool isQuoted = at < line.Length && line[at] == '"';
            if (isQuoted) at = Math.Max(at + 1, line.IndexOf('"', at + 1) + 1);
            int end = line.IndexOf(delimiter, at);
            if (end < 0) end = line.Length;
            names.Add(line[from..end].Trim('"'));
            at = end + 1;
        }

        return names;
    }
}
