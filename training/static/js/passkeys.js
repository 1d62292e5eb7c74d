// Asks the browser for a passkey, or to make one, then sends its answer with the form it stands in.

const REFUSED = "La clé d’accès n’a pas été utilisée. Recommencez, ou choisissez un autre moyen.";
const UNKNOWN = "Ce navigateur ne connaît pas les clés d’accès, ou cette adresse ne les permet pas. Choisissez un autre moyen.";

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0)).buffer;
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function descriptors(list) {
  return (list || []).map((each) => ({ ...each, id: bytes(each.id) }));
}

function asked(options, act) {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (act === "create") {
    publicKey.user = { ...options.user, id: bytes(options.user.id) };
    publicKey.excludeCredentials = descriptors(options.excludeCredentials);
  } else {
    publicKey.allowCredentials = descriptors(options.allowCredentials);
  }
  return { publicKey };
}

function answer(credential) {
  const given = credential.response;
  const response = { clientDataJSON: text(given.clientDataJSON) };
  if (given.attestationObject) {
    response.attestationObject = text(given.attestationObject);
    response.transports = given.getTransports ? given.getTransports() : [];
  } else {
    response.authenticatorData = text(given.authenticatorData);
    response.signature = text(given.signature);
    response.userHandle = given.userHandle ? text(given.userHandle) : null;
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

function tell(form, words) {
  const place = form.querySelector("[data-passkey-trouble]");
  place.textContent = words;
  place.hidden = false;
}

async function use(form) {
  const act = form.dataset.passkey;
  if (!window.PublicKeyCredential) {
    tell(form, UNKNOWN);
    return;
  }
  try {
    const credential = await navigator.credentials[act](asked(JSON.parse(form.dataset.passkeyOptions), act));
    form.elements.credential.value = answer(credential);
    form.submit();
  } catch (fault) {
    tell(form, fault.name === "SecurityError" ? UNKNOWN : REFUSED);
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    use(form);
  });
}
