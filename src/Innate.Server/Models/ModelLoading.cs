using Innate.Models;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Server.Models;

/// <summary>Loads what is served from its folder.</summary>
internal static class ModelLoading
{
    /// <exception cref="InputException">A file is missing, damaged, or of a kind that is not supported.</exception>
    public static ServedModel Load(ServerOptions options)
    {
        string folder = options.Folder;
        ModelConfig config = ModelConfigReader.Read(folder);
        Tokenizer? tokenizer = File.Exists(Path.Combine(folder, "tokenizer.json")) ? Tokenizer.Load(folder) : null;
        ChatTemplate? template = ChatTemplate.Load(folder);
        List<IDisposable> owned = [];
        try
        {
            LanguageModel model = LanguageModel.Load(
                folder,
                new LanguageModelOptions
                {
                    Threads = options.Threads,
                    Adapter = options.Adapter,
                    PrefixCacheBytes = options.PrefixCacheBytes,
                });
            owned.Add(model);
            LanguageModel? reference = options.Reference is null
                ? null
                : LanguageModel.Load(options.Reference, new LanguageModelOptions { Threads = options.Threads });
            if (reference is not null) owned.Add(reference);
            if (reference is not null && reference.VocabularySize != model.VocabularySize)
            {
                throw new InputException(
                    nameof(options.Reference), $"a model with the vocabulary of {folder}, {model.VocabularySize}",
                    $"{options.Reference} with one of {reference.VocabularySize}");
            }

            return new ServedModel
            {
                Name = options.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
                Folder = folder,
                Traces = model,
                Likeliest = config.IsClassifier ? null : model.TraceLikeliest,
                TokensSaved = () => model.PrefixTokensSaved,
                Decoder = config.IsClassifier ? null : model.Decoder,
                Classify = config.IsClassifier ? model.Score : null,
                Reference = reference,
                Tokenizer = tokenizer,
                Template = template,
                Raw = options.Raw,
                Config = config,
                Fingerprint = ModelFingerprint.Of(folder, options.Adapter, options.Reference, template?.Source, options.Raw),
                Owned = owned,
            };
        }
        catch
        {
            foreach (IDisposable o in owned) o.Dispose();
            throw;
        }
    }
}
