// Returns a native event of a class. The prototypes of our events inherit from its
// prototype, also where the page has replaced the class.
export function sample(name) {
  return self.document ? document.createEvent(name) : new self[name]('')
}
