using Innate.Server.Requests;

namespace Innate.Server.Operations;

/// <summary>
/// <c>/v1/reload</c>: nothing is asked for, so the body is empty or an empty object. Whoever names a folder is told that it would
/// not be read.
/// </summary>
internal sealed record ReloadRequest : RequestBody;
