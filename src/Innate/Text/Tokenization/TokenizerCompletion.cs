namespace Innate.Text.Tokenization;

/// <summary>
/// Completes what tokenizer.json says by what the files beside it say, as transformers does on loading: added tokens that it
/// lacks,
/// the special tokens that are named, and the post-processor of classes that make it anew.
/// </summary>
internal static class TokenizerCompletion
{
    /// <summary>The whole tokenizer's parts.</summary>
    /// <param name="parts">What tokenizer.json says.</param>
    /// <param name="config">What the files beside it say.</param>
    public static TokenizerParts Complete(TokenizerParts parts, TokenizerConfig config)
    {
        List<AddedToken> added = [.. parts.AddedTokens];
        HashSet<string> known = [.. added.Select(t => t.Content)];
        HashSet<int> ids = [.. added.Select(t => t.Id)];
        foreach (AddedToken token in config.Added)
        {
            if (token.Content.Length == 0 || !known.Add(token.Content)) continue;
            int inVocabulary = parts.Vocabulary.Find(token.Content);
            AddedToken own = inVocabulary >= 0 ? token with { Id = inVocabulary } : token;

            // Another token's id, by the files' disagreement: the one that tokenizer.json states is right.
            bool taken = inVocabulary < 0 && (ids.Contains(own.Id) || parts.Vocabulary.TryGetText(own.Id, out _));
            if (taken) continue;
            ids.Add(own.Id);
            added.Add(own);
        }

        foreach (string name in config.Special)
        {
            if (name.Length == 0 || parts.Vocabulary.Find(name) is not (>= 0 and int id) || !known.Add(name)) continue;
            added.Add(new AddedToken(id, name, Special: true, Normalized: false, false, false, false));
        }

        return parts with { AddedTokens = added, PostProcessor = Around(parts, config, added) };
    }

    private static PostProcessor Around(TokenizerParts parts, TokenizerConfig config, List<AddedToken> added)
    {
        if (config.Surrounds is not { } flags) return parts.PostProcessor;
        return new PostProcessor(
            flags.Beginning && Find(config.Beginning) is { } first ? [first] : [],
            flags.End && Find(config.End) is { } last ? [last] : []);

        int? Find(string? token) => token is null ? null
            : added.Find(t => t.Content == token)?.Id ?? (parts.Vocabulary.Find(token) is >= 0 and int id ? id : null);
    }
}
