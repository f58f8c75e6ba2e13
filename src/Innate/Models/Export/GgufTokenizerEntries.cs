using System.Globalization;
using System.Text;
using System.Text.Json;
using Innate.Checkpoints;
using Innate.Checkpoints.Gguf;
using Innate.Text;

namespace Innate.Models.Export;

/// <summary>A Hugging Face folder's tokenizer and chat templates as the keys of a GGUF file.</summary>
internal static class GgufTokenizerEntries
{
    private const string Prefix = "tokenizer.ggml.", Template = "tokenizer.chat_template";

    /// <summary>The keys; where the folder has no tokenizer, that there is none.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="config">The model's shape.</param>
    /// <exception cref="InputException">GGUF has no way to say what the tokenizer does.</exception>
    public static IEnumerable<GgufEntry> Of(string folder, ModelConfig config)
    {
        ModelFiles files = ModelFiles.Of(folder);
        if (files.Read("tokenizer.json") is not { } json) return [GgufEntry.Text($"{Prefix}model", "none")];
        using JsonDocument document = JsonDocument.Parse(json);
        Tokenizer tokenizer = Tokenizer.Load(folder); // refuses what is malformed, by name
        string file = files.Called("tokenizer.json");
        JsonElement model = document.RootElement.GetProperty("model");
        if (tokenizer.VocabularySize > config.VocabularySize)
        {
            throw new InputException(
                $"{file}: expected a row of the embedding for each token, found {tokenizer.VocabularySize} tokens and "
                + $"{config.VocabularySize} rows.");
        }

        bool isPieces = model.TryGetProperty("byte_fallback", out JsonElement f) && f.ValueKind == JsonValueKind.True;
        List<GgufEntry> entries = isPieces
            ? Pieces(document.RootElement)
            :
            [
                GgufEntry.Text($"{Prefix}model", "gpt2"), GgufEntry.Text($"{Prefix}pre", Pre(document.RootElement, model, file)),
                GgufEntry.Texts(
                    $"{Prefix}merges", [.. Merges(model).Select(m => Encoding.UTF8.GetBytes($"{m.Left} {m.Right}"))]),
            ];
        (string?[] texts, int[] kinds) = Tokens(model, tokenizer, config.VocabularySize, isPieces);
        entries.Add(GgufEntry.Texts($"{Prefix}tokens", [.. texts.Select((t, i) => Encoding.UTF8.GetBytes(t ?? Unused(i)))]));
        entries.Add(GgufEntry.Wholes($"{Prefix}token_type", kinds));
        if (isPieces) entries.Add(GgufEntry.Numbers($"{Prefix}scores", Scores(model, texts)));
        entries.AddRange(SpecialTokens(tokenizer, config));
        entries.AddRange(Templates(files));
        return entries;
    }

    private static List<GgufEntry> Pieces(JsonElement root)
    {
        bool addsSpace = root.GetProperty("normalizer").GetRawText().Contains("\"Prepend\"", StringComparison.Ordinal)
            || (root.GetProperty("pre_tokenizer") is { ValueKind: JsonValueKind.Object } step
                && step.TryGetProperty("prepend_scheme", out JsonElement scheme) && scheme.GetString() is "first" or "always");
        return [GgufEntry.Text($"{Prefix}model", "llama"), GgufEntry.Text($"{Prefix}pre", "default"),
            GgufEntry.Flag($"{Prefix}add_space_prefix", addsSpace)];
    }

    /// <summary>llama.cpp's name for how text is cut into words.</summary>
    private static string Pre(JsonElement root, JsonElement model, string file)
    {
        List<string> splits = [];
        bool digits = false, gpt2 = false, byteLevel = false;
        foreach (JsonElement step in Steps(root.GetProperty("pre_tokenizer")))
        {
            string type = step.GetProperty("type").GetString()!;
            if (type == "ByteLevel")
            {
                (byteLevel, gpt2) = (true, !step.TryGetProperty("use_regex", out JsonElement use) || use.GetBoolean());
            }
            else if (type == "Digits") digits = step.GetProperty("individual_digits").GetBoolean();
            else if (type == "Split" && step.GetProperty("pattern").TryGetProperty("Regex", out JsonElement pattern))
            {
                splits.Add(pattern.GetString()!);
            }
            else throw Unknown(file, $"the step {type}");
        }

        if (!byteLevel) throw Unknown(file, "no byte-level step");
        bool ignoresMerges = model.TryGetProperty("ignore_merges", out JsonElement ignores) && ignores.GetBoolean();
        foreach (string name in GgufPreTokenizer.Names)
        {
            GgufPreTokenizer known = GgufPreTokenizer.Of(name)!;
            if (known.Splits.SequenceEqual(splits) && known.Gpt2 == gpt2 && known.Digits == digits
                && known.IgnoresMerges == ignoresMerges)
            {
                return name;
            }
        }

        throw Unknown(file, splits.Count == 0 ? "another order of steps" : $"'{splits[0]}'");
    }

    private static JsonElement[] Steps(JsonElement step) => step.ValueKind != JsonValueKind.Object ? []
        : step.TryGetProperty("pretokenizers", out JsonElement steps) ? [.. steps.EnumerateArray()] : [step];

    // A row of the embedding without a token has a text that no text holds.
    private static string Unused(int id) => string.Create(CultureInfo.InvariantCulture, $"[PAD{id}]");

    private static InputException Unknown(string file, string found) => new(
        $"{file}: pre_tokenizer: expected a way of cutting words that GGUF has a name for, such as "
        + $"{string.Join(", ", GgufPreTokenizer.Names.Take(4))}, found {found}.");

    private static IEnumerable<(string Left, string Right)> Merges(JsonElement model)
    {
        foreach (JsonElement merge in model.GetProperty("merges").EnumerateArray())
        {
            if (merge.ValueKind == JsonValueKind.Array)
            {
                yield return (merge[0].GetString()!, merge[1].GetString()!);
                continue;
            }

            string[] parts = merge.GetString()!.Split(' ');
            yield return (parts[0], parts[1]);
        }
    }

    /// <summary>Texts and kinds by id; a null text: no token has the id.</summary>
    private static (string?[] Texts, int[] Kinds) Tokens(
        JsonElement model, Tokenizer tokenizer, int rows, bool isPieces)
    {
        var texts = new string?[rows];
        var kinds = new int[rows];
        Array.Fill(kinds, (int)GgufTokenKind.Unused);
        foreach (JsonProperty token in model.GetProperty("vocab").EnumerateObject())
        {
            int id = token.Value.GetInt32();
            bool isByte = isPieces && token.Name is ['<', '0', 'x', _, _, '>'];
            (texts[id], kinds[id]) = (token.Name, (int)(isByte ? GgufTokenKind.Byte : GgufTokenKind.Normal));
        }

        for (int id = 0; id < rows; id++)
        {
            if (!tokenizer.IsAdded(id)) continue;
            texts[id] = tokenizer.IdToToken(id);
            kinds[id] = (int)(tokenizer.IsSpecial(id) ? GgufTokenKind.Control : GgufTokenKind.UserDefined);
        }

        if (tokenizer.UnknownToken is { } unknown && tokenizer.TokenToId(unknown) is { } place && isPieces)
        {
            kinds[place] = (int)GgufTokenKind.Unknown;
        }

        return (texts, kinds);
    }

    // The sooner a piece is merged, the higher its score; pieces that nothing merges to come last and are never compared.
    private static float[] Scores(JsonElement model, string?[] texts)
    {
        Dictionary<string, int> order = new(StringComparer.Ordinal);
        foreach ((string left, string right) in Merges(model)) order.TryAdd(left + right, order.Count);
        return [.. texts.Select(t => t is not null && order.TryGetValue(t, out int rank) ? -rank : -(float)order.Count)];
    }

    private static IEnumerable<GgufEntry> SpecialTokens(Tokenizer tokenizer, ModelConfig config)
    {
        int[] plain = tokenizer.Encode("a"), whole = tokenizer.Encode("a", addSpecialTokens: true);
        int first = whole.AsSpan().IndexOf(plain);
        bool begins = first == 1, ends = first >= 0 && whole.Length == first + plain.Length + 1;
        int? beginning = begins ? whole[0] : config.BeginningOfSequenceId;
        int? end = ends ? whole[^1] : IdOf(tokenizer.EndOfSequence) ?? (config.EndOfSequenceIds is [var id, ..] ? id : null);
        if (beginning is { } b) yield return GgufEntry.Whole($"{Prefix}bos_token_id", b);
        if (end is { } e) yield return GgufEntry.Whole($"{Prefix}eos_token_id", e);
        // The config may name another that ends a turn.
        if (config.EndOfSequenceIds.FirstOrDefault(i => i != end, -1) is >= 0 and int turn)
        {
            yield return GgufEntry.Whole($"{Prefix}eot_token_id", turn);
        }

        if (IdOf(tokenizer.UnknownToken) is { } unknown) yield return GgufEntry.Whole($"{Prefix}unknown_token_id", unknown);
        if (IdOf(tokenizer.PaddingToken) is { } padding) yield return GgufEntry.Whole($"{Prefix}padding_token_id", padding);
        yield return GgufEntry.Flag($"{Prefix}add_bos_token", begins);
        yield return GgufEntry.Flag($"{Prefix}add_eos_token", ends);

        int? IdOf(string? text) => text is null ? null : tokenizer.TokenToId(text);
    }

    private static IEnumerable<GgufEntry> Templates(ModelFiles files)
    {
        List<string> named = [];
        foreach ((string name, string source) in ChatTemplateFolder.Sources(files).OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            if (name == NamedTemplates.Default)
            {
                yield return GgufEntry.Text(Template, source);
                continue;
            }

            named.Add(name);
            yield return GgufEntry.Text($"{Template}.{name}", source);
        }

        if (named.Count > 0) yield return GgufEntry.Texts("tokenizer.chat_templates", [.. named.Select(Encoding.UTF8.GetBytes)]);
    }
}
