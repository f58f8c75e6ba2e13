using Innate.Sessions;
using Innate.Text;
using Innate.Traces;

namespace Innate.Server.Models;

/// <summary>Loads what is served from its folder.</summary>
internal static class ModelLoading
{
    /// <exception cref="InputException">A file is missing, damaged, or of a kind that is not supported.</exception>
    public static ServedModel Load(ServerOptions options)
    {
        List<ModelSession> owned = [];
        try
        {
            ModelSource run = new()
            {
                Threads = options.Threads, Compute = options.Compute, Quantize = options.Quantize, LlamaCpp = options.LlamaCpp,
            };
            ModelSession session = Open(run with
            {
                Model = options.Folder, Adapter = options.Adapter, PrefixCacheBytes = options.PrefixCacheBytes,
            });

            // All is read at once, so that a reload fails before it replaces anything; the small files first.
            _ = session.Config;
            Tokenizer? tokenizer = session.HasTokenizer ? session.Tokenizer : null;
            ChatTemplate? template = session.Template;
            ITraceSource traces = session.Traces;
            ModelSession? reference = options.Reference is null
                ? null
                : Open(run with { Model = options.Reference });
            session.LimitsWith(reference); // refuses a reference with another vocabulary
            return new ServedModel
            {
                Name = options.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Folder))),
                Folder = options.Folder,
                Traces = traces,
                Likeliest = session.TellsLikeliest ? session.TraceLikeliest : null,
                TokensSaved = () => session.PrefixTokensSaved,
                Decoder = session.IsClassifier ? null : session.Decoder,
                Generator = session.IsClassifier || session.Decoder is not null ? null : session.Generator,
                EndOfSequenceIds = session.EndOfSequenceIds,
                Classify = session.IsClassifier ? session.ScoreClassifier : null,
                JudgedSteps = session.JudgedSteps,
                Reference = reference?.Traces,
                Tokenizer = tokenizer,
                Template = template,
                Raw = options.Raw,
                Config = session.Config,
                Fingerprint = session.Fingerprint(options.Raw, reference),
                Owned = owned,
            };
        }
        catch
        {
            foreach (ModelSession o in owned) o.Dispose();
            throw;
        }

        ModelSession Open(ModelSource source)
        {
            ModelSession opened = ModelSession.Open(source);
            owned.Add(opened);
            return opened;
        }
    }
}
