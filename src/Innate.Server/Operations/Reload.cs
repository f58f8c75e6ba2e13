using Innate.Checkpoints.Hub;
using Innate.Server.Http;
using Innate.Server.Models;
using Innate.Server.Requests;
using Microsoft.AspNetCore.Http;

namespace Innate.Server.Operations;

/// <summary>
/// <c>POST /v1/reload</c>, and SGLang's <c>/update_weights_from_disk</c>: the files are read again beside the model that goes on
/// answering; requests that come later get the new one. Files that cannot be loaded change nothing.
/// </summary>
internal static class Reload
{
    public static async Task Handle(Call call)
    {
        await call.Read<ReloadRequest>(isOptional: true);

        // Another folder is another model: that takes a restart, or a key's holder who names it (below).
        ServedModel fresh = await call.Server.Models.Reload(null, call.Cancellation);
        Replies.SetHeaders(call.Http, fresh.Fingerprint);
        await call.Json(w =>
        {
            w.WriteString("status", "reloaded");
            w.WriteBoolean("changed", fresh.Fingerprint != call.Model.Fingerprint);
            fresh.Fingerprint.Write(w, null);
        });
    }

    public static async Task Sglang(Call call, UpdateWeightsRequest request)
    {
        string path = FieldChecks.Required(request.ModelPath, "model_path");
        (bool success, string message) = (true, "the weights were read again");
        try
        {
            // Who may reach this without a key is not to open files of this machine by name, nor to learn which there are.
            string? folder = Find(path);
            if (call.Server.Options.ApiKeys.Count == 0 && (folder is null || Full(folder) != Full(call.Model.Folder)))
            {
                throw new InputException("without a key the server reads its own folder alone");
            }

            folder ??= ModelFolder.Resolve(path); // says what is wrong with it
            ServedModel fresh = await call.Server.Models.Reload(folder, call.Cancellation);
            Replies.SetHeaders(call.Http, fresh.Fingerprint);
        }
        catch (InputException e)
        {
            (success, message) = (false, e.Message);
        }

        await call.Json(
            w =>
            {
                w.WriteBoolean("success", success);
                w.WriteString("message", message);
            },
            success ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    private static string? Find(string path)
    {
        try
        {
            return ModelFolder.Resolve(path);
        }
        catch (InputException)
        {
            return null;
        }
    }

    private static string Full(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
}
