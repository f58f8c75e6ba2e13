using System.Text;

namespace Innate.Learning.Ranks;

/// <summary>What ranks must have in common, and faults, as bytes for each other.</summary>
internal static class RankAgreement
{
    /// <summary>Settings as bytes.</summary>
    public static byte[] Write(IReadOnlyDictionary<string, string> values) =>
        Write([.. values.OrderBy(v => v.Key, StringComparer.Ordinal).SelectMany(v => new[] { v.Key, v.Value })]);

    /// <summary>Reads settings back.</summary>
    public static IReadOnlyDictionary<string, string> Read(byte[] bytes) =>
        Texts(bytes).Chunk(2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    /// <summary>A fault as bytes: its sentence, or what is wrong with each setting.</summary>
    public static byte[] Write(InputException fault) => Write(
        [fault.Message, .. fault.Problems.SelectMany(p => new[] { p.Field, p.Expected, p.Found })]);

    /// <summary>Reads a fault of other ranks back.</summary>
    /// <param name="bytes">The fault.</param>
    /// <param name="names">The ranks, such as <c>rank 2</c>.</param>
    public static InputException ReadFault(byte[] bytes, string names)
    {
        string[] texts = Texts(bytes);
        return texts.Length == 1 ? new InputException($"{names}: {texts[0]}") : new InputException(
            [.. texts.Skip(1).Chunk(3).Select(p => new InputProblem(p[0], $"{p[1]} (on {names})", p[2]))]);
    }

    /// <summary>What differs from the first rank's.</summary>
    /// <param name="all">Each rank's settings.</param>
    public static IReadOnlyList<InputProblem> Problems(IReadOnlyList<IReadOnlyDictionary<string, string>> all)
    {
        List<InputProblem> problems = [];
        foreach (string name in all.SelectMany(a => a.Keys).Distinct(StringComparer.Ordinal))
        {
            string first = all[0].GetValueOrDefault(name) ?? "nothing";
            string[] others =
            [
                .. all.Index().Where(r => (r.Item.GetValueOrDefault(name) ?? "nothing") != first)
                    .GroupBy(r => r.Item.GetValueOrDefault(name) ?? "nothing", StringComparer.Ordinal)
                    .Select(g => $"{g.Key} on {(g.Count() == 1 ? "rank" : "ranks")} {string.Join(", ", g.Select(r => r.Index))}"),
            ];
            if (others.Length == 0) continue;
            problems.Add(new(name, $"the same on all ranks, {first} as on rank 0", string.Join(", ", others)));
        }

        return problems;
    }

    private static byte[] Write(IReadOnlyList<string> texts)
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes, Encoding.UTF8);
        writer.Write(texts.Count);
        foreach (string text in texts) writer.Write(text);
        writer.Flush();
        return bytes.ToArray();
    }

    private static string[] Texts(byte[] bytes)
    {
        using BinaryReader reader = new(new MemoryStream(bytes), Encoding.UTF8);
        var texts = new string[reader.ReadInt32()];
        for (int i = 0; i < texts.Length; i++) texts[i] = reader.ReadString();
        return texts;
    }
}
