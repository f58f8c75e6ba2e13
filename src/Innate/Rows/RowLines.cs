using System.Globalization;

namespace Innate.Rows;

/// <summary>How many lines of an output a row has, where that varies.</summary>
/// <param name="Lines">Lines.</param>
/// <param name="IsBad">Whether it has none because it is bad.</param>
internal readonly record struct RowLines(int Lines, bool IsBad = false)
{
    private const string Bad = "bad";

    /// <summary>Those of an unfinished output; a line that a kill has cut is none.</summary>
    /// <param name="path">The file; where there is none, nothing is known of any row.</param>
    public static IReadOnlyList<RowLines> Read(string path)
    {
        List<RowLines> rows = [];
        if (!File.Exists(path)) return rows;
        string text = File.ReadAllText(path);
        foreach (string line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            bool isBad = line == Bad;
            int count = 0;
            if (!isBad && !int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out count)) break;
            rows.Add(new RowLines(count, isBad));
        }

        return rows;
    }

    /// <inheritdoc/>
    public override string ToString() => IsBad ? Bad : Lines.ToString(CultureInfo.InvariantCulture);
}
